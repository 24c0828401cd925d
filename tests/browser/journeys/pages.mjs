// A look at every page, as whoever may see it, in several looks.
import { Person, faults } from "../browser.mjs";

/** Account (empty: nobody) → pages. */
const PAGES = {
  "": ["/", "/report", "/follow", "/checkup", "/search?q=laji", "/tour", "/sign-in", "/account/password", "/nowhere"],
  "clerk-1": ["/work", "/work?view=done", "CASE", "CASE/act/note", "/account"],
  "handler-greening-1": ["/crew"],
  "dispatcher-1": ["/duty", "/work?view=late&all=1"],
  "district-leader-1": ["/duty/mode"],
  "auditor-1": ["/record", "/record/3", "/record/reads?reader=clerk-1"],
  "administrator-1": [
    "/admin", "/admin/packs?check=1", "/admin/staff?q=clerk", "/admin/staff/clerk-1", "/admin/roles", "/admin/texts",
  ],
};

/** With axe or without: its rules do not depend on the width. */
const LOOKS = [
  [{ width: 390, mode: "std", theme: "light" }, true],
  [{ width: 320, mode: "std", theme: "light" }, false],
  [{ width: 390, mode: "elder", theme: "dark" }, true],
  [{ width: 1280, mode: "std", theme: "light", lang: "/en" }, true],
];

const named = (path) => path.replace(/\?.*/, "").replaceAll("/", "-").replace(/^-/, "") || "home";

async function look(browser, base, folder, account, paths, [view, access]) {
  const person = await new Person(account || "anybody", base, view).open(browser);
  try {
    if (account) await person.signIn(account);
    let first;
    for (const path of paths) {
      if (path.startsWith("CASE") && !first) {
        await person.go("/work");
        first = await person.page.locator(".lw-queue__link").first().getAttribute("href");
        first = first.slice(person.lang.length);
      }
      const expected = path === "/nowhere";
      const answer = await person.page.goto(base + person.lang + path.replace("CASE", first), { waitUntil: "load" });
      const good = expected ? answer.status() === 404 : answer.status() < 400;
      if (!good) faults.add(`${person.where()}: status ${answer.status()}`);
      if (path === "/duty" && view.mode !== "elder") await person.page.locator("[data-drawn]").waitFor();
      await person.check(access);
      await person.picture(folder, `${named(path.replace("CASE", "case"))}${view.lang ? "-en" : ""}`);
    }
  } catch (error) {
    faults.add(`${person.where()}: ${error}`);
  }
  await person.close();
}

/** All of them. */
export async function pages(browser, base, folder) {
  for (const view of LOOKS) {
    for (const [account, paths] of Object.entries(PAGES)) {
      await look(browser, base, folder, account, paths, view);
    }
  }
}
