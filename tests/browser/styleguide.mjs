// Looks at the styleguide in each width, theme, mode and language. `node styleguide.mjs URL`
// prints what is wrong, one fault a line, and fails if there is any. With LIANGWANG_SCREENSHOTS it
// also leaves pictures in that folder.
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { probe } from "./probes.mjs";

const [base] = process.argv.slice(2);
const pictures = process.env.LIANGWANG_SCREENSHOTS;
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; form-action 'self'; base-uri 'none'";
const MODES = {
  std: { fontMin: 16, targetMin: 44 },
  elder: { fontMin: 24, targetMin: 60 },
  wall: { fontMin: 16, targetMin: 24 },
};

const faults = new Set();
const browser = await chromium.launch({
  executablePath: process.env.LIANGWANG_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat(
    ["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ),
});

async function open(path, width, height, javaScriptEnabled = true) {
  const page = await browser.newPage({ viewport: { width, height }, javaScriptEnabled });
  const where = `${path} at ${width} px`;
  page.on("pageerror", (error) => faults.add(`${where}: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.add(`${where}: ${message.text()}`);
  });
  await page.route(/\/styleguide(\/wall)?(\?|$)/, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "content-security-policy": POLICY };
    await route.fulfill({ response, headers });
  });
  await page.goto(base + path, { waitUntil: "load" });
  return { page, where };
}

async function picture(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true, caret: "initial" });
}

async function check(page, where, { width, mode }) {
  for (const fault of await page.evaluate(probe, { width, ...MODES[mode] })) {
    faults.add(`${where}: ${fault}`);
  }
}

async function checkAccess(page, where) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    // Its name is made of several parts, which the rule does not put together as readers do.
    const exclude = [".govuk-file-upload-button"];
    return (await window.axe.run({ exclude }, { resultTypes: ["violations"] })).violations;
  });
  for (const { id, nodes } of violations) {
    faults.add(`${where}: axe ${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  }
}

async function look(lang, mode, theme) {
  const { page, where } = await open(`/styleguide?lang=${lang}&mode=${mode}&theme=${theme}`, 390, 800);
  await checkAccess(page, where);
  for (const width of theme === "light" ? [320, 390, 768, 1280] : [390]) {
    await page.setViewportSize({ width, height: 800 });
    await check(page, `${where} made ${width} px`, { width, mode });
    await picture(page, `${lang}-${theme}-${mode}-${width}`);
  }
  await page.close();
}

for (const mode of ["std", "elder"]) {
  await look("zh-CN", mode, "light");
  await look("zh-CN", mode, "dark");
  await look("zh-CN", mode, "contrast");
  await look("en", mode, "light");
}

for (const [part, drawn] of [["map", "[data-drawn]"], ["chart", ".lw-chart--drawn canvas"]]) {
  const { page, where } = await open(`/styleguide?part=${part}`, 1280, 800);
  await page.locator(drawn).waitFor({ timeout: 20000 }).catch((error) => faults.add(`${where}: ${error}`));
  await check(page, where, { width: 1280, mode: "std" });
  await picture(page, part);
  await page.close();
}

for (const [width, height] of [[1920, 1080], [3840, 1080], [1024, 768]]) {
  const { page, where } = await open("/styleguide/wall?theme=dark", width, height);
  await check(page, where, { width, mode: "wall" });
  await checkAccess(page, where);
  await picture(page, `wall-${width}x${height}`);
  await page.close();
}

const { page: still, where } = await open("/styleguide?lang=zh-CN", 390, 800, false);
for (const hidden of await still.locator("[data-lw-aid]:visible").all()) {
  faults.add(`${where}, no script: a dead button: ${await hidden.innerText()}`);
}
const conditional = still.locator("#c-phone");
if (!(await conditional.isVisible())) faults.add(`${where}, no script: a field is out of reach`);
await still.close();

await browser.close();
for (const fault of faults) console.log(fault);
process.exitCode = faults.size ? 1 : 0;
