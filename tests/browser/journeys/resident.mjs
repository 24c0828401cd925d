// A resident reports in four steps, follows, contests or confirms, and rates.
import { Buffer } from "node:buffer";
import { faults } from "../browser.mjs";

// The smallest picture there is: one grey pixel.
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
  "base64",
);
export const photo = { name: "photo.png", mimeType: "image/png", buffer: PIXEL };

/** Reports, with a look at every step; its number and its secret link. */
export async function reported(person, folder, index) {
  const { page } = person;
  await person.go("/");
  await person.press(".lw-tiles__link");
  await person.press("button[value=next]");
  if (!(await page.locator(".govuk-error-summary").count())) faults.add(`${person.where()}: nothing was asked`);
  await person.check();
  await page.fill("#words", `门口垃圾满了没人清，味道很大（${index + 1}）`);
  await page.locator("input[type=file]").setInputFiles([photo]);
  await person.picture(folder, "report-1-what");
  await person.press("button[value=next]");
  await page.selectOption("#area", "310106006001");
  await person.check();
  await person.picture(folder, "report-2-place");
  await person.press("button[value=next]");
  await person.check();
  await page.check("input[name=kind][value=exposed-refuse]");
  await person.picture(folder, "report-3-kind");
  await person.press("button[value=next]");
  await page.fill("#contact", "13800000000");
  await person.check();
  await person.picture(folder, "report-4-check");
  await person.press("button[value=send]");
  await person.check();
  await person.picture(folder, "receipt");
  const number = (await page.locator(".govuk-panel__body strong").innerText()).trim();
  const link = new URL(page.url()).pathname.slice(person.lang.length);
  return { number, link };
}

/** The office closes what was verified. */
export async function closed(person, number) {
  await person.signIn("inspector-310106006-1");
  await person.go(`/work/${number}`);
  await person.press(`form[action$="/act/confirm"] button`);
  await person.close();
}

/** After the closing: confirms, and rates badly, which opens a follow-up. */
export async function rated(person, link, folder) {
  await person.go("/follow");
  await person.check();
  await person.go(link);
  await person.check();
  await person.picture(folder, "follow");
  await person.page.check("input[name=stars][value='2']");
  await person.press("button[value=rate]");
  if (!(await person.page.locator(".lw-notice--done").count())) {
    faults.add(`${person.where()}: the rating was not taken: ${await person.page.locator("main").innerText()}`);
  }
  await person.close();
}
