// A resident's and a crew's whole way, and a look at every page. `node journeys.mjs URL FOLDER` prints
// what is wrong, one fault a line, and fails if there is any; pictures are left in the folder.
import { Person, faults, launch } from "./browser.mjs";
import { checkup } from "./journeys/checkup.mjs";
import { crew } from "./journeys/crew.mjs";
import { pages } from "./journeys/pages.mjs";
import { passkey } from "./journeys/passkey.mjs";
import { closed, rated, reported } from "./journeys/resident.mjs";
import { office } from "./journeys/office.mjs";

const [base, folder] = process.argv.slice(2);
// A browser that hangs must not hold up everything.
setTimeout(() => {
  for (const fault of faults) console.log(fault);
  console.log("the journeys took too long");
  process.exit(1);
}, 600_000).unref();
const browser = await launch();

// Every look once for the resident and once for the crew; no look is like the one before.
const LOOKS = [
  { width: 390, mode: "std", theme: "light", js: true },
  { width: 320, mode: "elder", theme: "light", js: false },
  { width: 1280, mode: "std", theme: "dark", js: true, lang: "/en" },
];

for (const [index, look] of LOOKS.entries()) {
  try {
    const resident = await new Person("resident", base, look).open(browser);
    const { number, link } = await reported(resident, folder, index);
    const clerks = new Person("office", base, { width: 1280 });
    await office(await clerks.open(browser), number);
    const field = await new Person("crew", base, LOOKS[LOOKS.length - 1 - index]).open(browser);
    await crew(field, number, folder);
    await closed(await new Person("office", base, { width: 1280 }).open(browser), number);
    await rated(resident, link, folder);
  } catch (error) {
    faults.add(`journey ${index + 1}: ${error}`);
  }
}
try {
  await checkup(browser, base, folder);
} catch (error) {
  faults.add(`check-up: ${error}`);
}
try {
  await passkey(browser, base);
} catch (error) {
  faults.add(`passkey: ${error}`);
}
await pages(browser, base, folder);

await browser.close();
for (const fault of faults) console.log(fault);
process.exitCode = faults.size ? 1 : 0;
