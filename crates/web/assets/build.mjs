// Builds what the browser gets: dist/NAME.HASH.EXT and its gzip and brotli twins. The hash is of the
// content, so that a browser may keep a file for ever. Called by scripts/assets.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { compile } from "sass";

// Phones of 2020 and later: the oldest that run htmx 4 as its authors wrote it.
const BROWSERS = ["chrome84", "edge84", "firefox90", "safari15"];
const PACKAGES = ["govuk-frontend", "htmx.org", "maplibre-gl", "echarts", "zrender"];

process.chdir(import.meta.dirname ?? new URL(".", import.meta.url).pathname);
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");

function keep(name, text) {
  const bytes = Buffer.from(text);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const [stem, ending] = name.split(".");
  const file = `dist/${stem}.${hash}.${ending}`;
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

function style(name) {
  const options = { style: "compressed", loadPaths: ["node_modules", "scss"], charset: false };
  keep(`${name}.css`, compile(`scss/${name}.scss`, options).css);
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
keep("icon.svg", readFileSync("icon.svg"));
keep("licences.txt", PACKAGES.map(licence).join(`\n${"-".repeat(72)}\n\n`));
