// Builds what the browser gets: dist.new/NAME.HASH.EXT and its gzip and brotli twins. The hash is of
// the content, so that a browser may keep a file for ever. Called by scripts/assets.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { compile } from "sass";

// Phones of 2020 and later: the oldest that run htmx 4 as its authors wrote it.
const BROWSERS = ["chrome84", "edge84", "firefox90", "safari15"];
const PACKAGES = ["govuk-frontend", "htmx.org", "maplibre-gl", "echarts", "zrender"];

// govuk-frontend paints some parts with fixed colours of its palette. Here they become roles of ours,
// so that buttons and inputs follow the theme. PROPERTY:COLOUR goes before COLOUR.
const ROLES = {
  "color:#fff": "--lw-button-ink",
  "color:#083d29": "--lw-success",
  "color:#651b1b": "--lw-error",
  "#fff": "--lw-bg",
  "#f3f3f3": "--lw-surface",
  "#f4f8fb": "--lw-surface",
  "#cecece": "--lw-rule",
  "#858686": "--lw-line",
  "#0b0c0c": "--lw-ink",
  "#0f7a52": "--lw-button",
  "#0b5c3e": "--lw-button-hover",
  "#083d29": "--lw-button-edge",
  "#ca3535": "--lw-danger",
  "#982828": "--lw-danger-hover",
  "#651b1b": "--lw-danger-hover",
  "#1d70b8": "--lw-link",
  "#0f385c": "--lw-link-hover",
  "#d2e2f1": "--lw-received-tint",
};

process.chdir(import.meta.dirname ?? new URL(".", import.meta.url).pathname);
rmSync("dist.new", { recursive: true, force: true });
mkdirSync("dist.new");

function keep(name, text) {
  const bytes = Buffer.from(text);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const [stem, ending] = name.split(".");
  const file = `dist.new/${stem}.${hash}.${ending}`;
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(file, bytes);
  writeFileSync(`${file}.gz`, gzip);
  writeFileSync(`${file}.br`, brotli);
  const kib = (length) => (length / 1024).toFixed(1).padStart(7);
  console.log(`${name.padEnd(20)}${kib(bytes.length)} KiB ${kib(gzip.length)} KiB gzip`);
}

function themed(css) {
  return css
    .replace(/var\((--govuk-[a-z-]+), ?#[0-9a-f]+\)/gi, "var($1)")
    .replace(/([a-z-]+):([^;{}]*)/gi, (declaration, property, value) => {
      if (property.startsWith("--")) return declaration;
      const painted = value.replace(/#[0-9a-f]{3,8}\b/gi, (colour) => {
        const role = ROLES[`${property}:${colour}`] ?? ROLES[colour];
        if (!role) throw new Error(`no role for ${colour} in ${declaration}`);
        return `var(${role})`;
      });
      return `${property}:${painted}`;
    });
}

function style(name) {
  const options = { style: "compressed", loadPaths: ["node_modules", "scss"], charset: false };
  const { css } = compile(`scss/${name}.scss`, options);
  keep(`${name}.css`, name === "map" ? css : themed(css));
}

function script(name) {
  const built = buildSync({
    entryPoints: [`js/${name}.js`],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: BROWSERS,
    charset: "utf8",
    legalComments: "none", // licences.txt has them in full
    logLevel: "warning",
  });
  keep(`${name}.js`, built.outputFiles[0].contents);
}

// govuk-frontend's package comes without its licence, so that one is kept here.
function licence(name) {
  const places = ["LICENSE", "LICENSE.txt"].map((file) => `node_modules/${name}/${file}`);
  const place = [...places, `licences/${name}.txt`].find(existsSync);
  return `${name}\n\n${readFileSync(place, "utf8").trim()}\n`;
}

["portal", "staff", "map"].forEach(style);
["portal", "staff", "map", "charts"].forEach(script);
// A module of its own, because a worker has to be a file of the same origin.
keep("mapworker.js", readFileSync("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"));
script("crewworker");
keep("icon.svg", readFileSync("icon.svg"));
keep("licences.txt", PACKAGES.map(licence).join(`\n${"-".repeat(72)}\n\n`));
