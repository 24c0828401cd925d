// A crew takes on, arrives and submits; with script also without a connection, and once only.
import { faults } from "../browser.mjs";
import { photo } from "./resident.mjs";

const form = (number, act) => `form[action$="/work/${number}/act/${act}"]`;

async function fill(person, number, act, field) {
  const { page } = person;
  await page.click(`${form(number, act)} summary`);
  if (field) await page.fill(`${form(number, act)} textarea`, field);
  await page.locator(`${form(number, act)} input[type=file]`).first().setInputFiles([photo]);
}

/** From the list to the result. */
export async function crew(person, number, folder) {
  const { page } = person;
  await person.signIn("handler-greening-1");
  await person.go("/crew");
  await person.check();
  await person.picture(folder, "crew");
  if (person.js) await withoutConnection(person, number, folder);
  else await plain(person, number);
  await person.go("/crew");
  if (await page.locator(form(number, "submit")).count()) faults.add(`${person.where()}: ${number} is still there`);
  await person.close();
}

async function plain(person, number) {
  await person.press(`${form(number, "assign")} button`);
  await fill(person, number, "arrive");
  await person.press(`${form(number, "arrive")} button`);
  await fill(person, number, "submit", "已清理完毕");
  await person.press(`${form(number, "submit")} button`);
}

async function withoutConnection(person, number, folder) {
  const { page, context } = person;
  await person.press(`${form(number, "assign")} button`);
  // The worker that keeps the list needs a moment, and one visit under it.
  await page.waitForFunction(() => navigator.serviceWorker.getRegistration().then((one) => one?.active?.state === "activated"));
  await person.go("/crew");
  person.offline = true;
  await context.setOffline(true);
  await fill(person, number, "arrive");
  await page.click(`${form(number, "arrive")} button`);
  await page.locator("[data-lw-outbox-box] li").first().waitFor();
  await fill(person, number, "submit", "已清理完毕");
  await page.click(`${form(number, "submit")} button`);
  await page.locator("[data-lw-outbox-box] li").nth(1).waitFor();
  await person.picture(folder, "crew-offline");
  // Even read anew, without a connection.
  await page.reload();
  await page.locator("[data-lw-outbox-box] li").nth(1).waitFor();
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.waitForFunction(() => !document.querySelector("[data-lw-outbox-box] li"));
  person.offline = false;
}
