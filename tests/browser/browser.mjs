// One browser for a run: pages that tell their errors, the probes, axe, pictures.
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { probe } from "./probes.mjs";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
export const PASSWORD = "yanshi-zhanghao-2023";
const MODES = { std: { fontMin: 16, targetMin: 44 }, elder: { fontMin: 18, targetMin: 60 } };

// Account → cookie.
const sessions = new Map();

/** What was wrong, each sentence once. */
export const faults = new Set();

export const launch = () =>
  chromium.launch({
    executablePath: process.env.LIANGWANG_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat(
      ["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ),
  });

/** A person with a browser: width, mode (std, elder), theme, language, with or without script. */
export class Person {
  constructor(name, base, look) {
    Object.assign(this, { name, base, width: 390, mode: "std", theme: "light", lang: "", js: true }, look);
  }

  async open(browser) {
    this.context = await browser.newContext({
      viewport: { width: this.width, height: 844 },
      javaScriptEnabled: this.js,
      locale: this.lang === "/en" ? "en-GB" : "zh-CN",
      timezoneId: "Asia/Shanghai",
    });
    await this.context.addCookies([{ name: "lw_prefs", value: `${this.theme}.${this.mode}`, url: this.base }]);
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(20_000);
    this.page.on("pageerror", (error) => faults.add(`${this.where()}: ${error}`));
    this.page.on("console", (message) => {
      // A connection that was cut on purpose is no fault; of answers `go` judges.
      const expected = this.offline || message.text().startsWith("Failed to load resource: the server responded");
      if (message.type() === "error" && !expected) faults.add(`${this.where()}: ${message.text()}`);
    });
    return this;
  }

  where() {
    return `${this.name} at ${this.page.url().slice(this.base.length)} (${this.width} ${this.mode} ${this.theme})`;
  }

  async go(path) {
    const answer = await this.page.goto(this.base + this.lang + path, { waitUntil: "load" });
    if (answer && answer.status() >= 400) faults.add(`${this.where()}: status ${answer.status()}`);
  }

  /** Signs in; whoever has done so before in this run goes on with that session. */
  async signIn(account) {
    const known = sessions.get(account);
    if (known) {
      await this.context.addCookies([known]);
      return;
    }
    await this.go("/sign-in");
    await this.page.fill("#name", account);
    await this.page.fill("#password", PASSWORD);
    await Promise.all([this.page.waitForNavigation(), this.page.click("main form button.govuk-button")]);
    const cookies = await this.context.cookies();
    const cookie = cookies.find(({ name }) => name === "lw_session");
    if (!cookie) throw new Error(`${account} was not let in: ${await this.page.locator("main").innerText()}`);
    sessions.set(account, cookie);
  }

  /** Probes on this page; with `access` axe, too. */
  async check(access = true) {
    if (!this.js) return;
    const asked = { width: this.width, ...MODES[this.mode] };
    for (const fault of await this.page.evaluate(probe, asked)) faults.add(`${this.where()}: ${fault}`);
    if (!access) return;
    if (!(await this.page.evaluate(() => "axe" in window))) await this.page.evaluate(axe);
    const violations = await this.page.evaluate(async () => {
      // Its name is made of several parts, which the rule does not put together as readers do.
      const exclude = [".govuk-file-upload-button", ".maplibregl-map"];
      return (await window.axe.run({ exclude }, { resultTypes: ["violations"] })).violations;
    });
    for (const { id, nodes } of violations) {
      faults.add(`${this.where()}: axe ${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
    }
  }

  async picture(folder, name) {
    mkdirSync(folder, { recursive: true });
    const path = `${folder}/${name}-${this.width}-${this.mode}-${this.theme}${this.js ? "" : "-plain"}.png`;
    await this.page.screenshot({ path, fullPage: true, caret: "initial" });
  }

  async press(selector) {
    await Promise.all([this.page.waitForNavigation(), this.page.click(selector)]);
  }

  async says(words) {
    const text = await this.page.locator("body").innerText();
    if (!text.includes(words)) faults.add(`${this.where()}: the page does not say “${words}”`);
  }

  close() {
    return this.context.close();
  }
}
