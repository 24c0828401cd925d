// Somebody adds a passkey and signs in with it: a device of the browser's own, which checks its owner.
import { Person, faults } from "../browser.mjs";

/** WebAuthn wants a name for a host, so this goes to `localhost`. */
export async function passkey(browser, base) {
  const named = base.replace("127.0.0.1", "localhost");
  const person = await new Person("passkey", named, { width: 390 }).open(browser);
  const { page, context } = person;
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await person.go("/sign-in");
  await page.fill("#name", "supervisor-1");
  await page.fill("#password", "yanshi-zhanghao-2023");
  await person.press("main form button.govuk-button");
  await person.go("/account");
  await person.check();
  await person.press("form[data-lw-passkey] button");
  if (!page.url().includes("done=passkey")) faults.add(`${person.where()}: no passkey was added: ${await page.locator("main").innerText()}`);
  await person.press(`form[action$="/sign-out"] button`);
  await person.check();
  await person.press("form[data-lw-passkey] button");
  if (new URL(page.url()).pathname !== "/duty") faults.add(`${person.where()}: the passkey did not let in`);
  await person.close();
}
