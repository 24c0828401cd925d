// Somebody asks what he is entitled to: two answers, one that is not known, one taken back.
import { Person, faults } from "../browser.mjs";

/** Person and enterprise, standard and elder. */
export async function checkup(browser, base, folder) {
  for (const look of [{ width: 390 }, { width: 320, mode: "elder", theme: "dark" }, { width: 1280, lang: "/en" }]) {
    const person = await new Person("check-up", base, look).open(browser);
    await person.go("/checkup");
    await person.press("button[value=enterprise]");
    await person.check();
    await person.go("/checkup");
    await person.press("button[value=person]");
    await person.page.fill("#answer", "1950-03-01");
    await person.press("button[value=answer]");
    await person.page.fill("#answer", "310106");
    await person.press("button[value=answer]");
    await person.press("button[value=skip]");
    // Groups that are not settled yet are folded.
    const groups = (await person.page.locator(".lw-benefits").allTextContents()).join(" ");
    if (!groups.includes("老年综合津贴")) faults.add(`${person.where()}: the allowance is missing`);
    await person.check();
    await person.picture(folder, "checkup-answers");
    await person.press("button[name=drop]");
    if (!(await person.page.locator("#answer").count())) faults.add(`${person.where()}: nothing is asked any more`);
    await person.close();
  }
}
