// Builds dist/: the bundle of src/ with its source maps, its printed help, and the notices of its packages. On a node
// without a compile cache of its own, dist/ also contains the code that V8 compiles.
//
// The bundle is CommonJS, though the sources are ES modules: node 20 starts a CommonJS bundle in half the time
// (measured: 27 ms more than a node without a program instead of 58), because its loader of ES modules takes long to
// load.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import module, { createRequire } from "node:module";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { bundle, bundleFile, bundlePage } from "./build/bundle.mjs";
import { stem } from "./build/chunks.mjs";
import { noticesOf } from "./build/notices.mjs";
import { keepOwnSources } from "./build/own-sources.mjs";
import { writeArchive } from "./build/remote-archive.mjs";
import { warmUp } from "./build/warm-up.mjs";

const { version, engines } = JSON.parse(await readFile("package.json", "utf8"));

// Built in another folder and then renamed, so a run of the old build meets an incomplete dist/ for an instant at
// most.
const aside = resolve(`node_modules/.dist-${process.pid}`);
const modules = await bundle(aside, {
  "process.env.MOSAIC_FLEET_VERSION": JSON.stringify(version),
  "process.env.MOSAIC_FLEET_NODE": JSON.stringify(engines.node),
  "process.env.MOSAIC_FLEET_CONFIG_READER": JSON.stringify(
    await digestOf("src/config", "src/text", "src/desired/files", "units"),
  ),
  // The WebSocket library does without these native addons.
  "process.env.WS_NO_BUFFER_UTIL": JSON.stringify("1"),
  "process.env.WS_NO_UTF_8_VALIDATE": JSON.stringify("1"),
});
await keepOwnSources(aside);
const page = await bundlePage(aside);
await writeFile(`${aside}/package.json`, '{ "type": "commonjs" }\n');
await chmod(`${aside}/cli.js`, 0o755);
await writeFile(`${aside}/THIRD-PARTY-NOTICES.txt`, await noticesOf([...modules, ...page]));
await writeFile(`${aside}/help.txt`, await helpOf(`${aside}/cli.js`));
await writeArchive(aside);
await writeManPages(`${aside}/man`);
if (!("enableCompileCache" in module)) await warmUp(aside, await folderOfCompiled());
await rm("dist", { recursive: true, force: true });
await rename(aside, "dist");

/**
 * Writes the man pages of the commands and of fleet.yaml. SOURCE_DATE_EPOCH is the date of a reproducible build.
 *
 * @param {string} folder
 */
async function writeManPages(folder) {
  const { manPages } = await loaded("src/command-line/man/pages.ts");
  const seconds = process.env.SOURCE_DATE_EPOCH;
  const date = (seconds ? new Date(Number(seconds) * 1000) : new Date()).toISOString().slice(0, 10);
  await mkdir(folder);
  for (const [name, text] of manPages({ version, date })) await writeFile(`${folder}/${name}`, text);
}

/** Returns the folder for compiled code, as the program itself says. */
async function folderOfCompiled() {
  const { compiledFolder } = await loaded("src/launcher/compiled-code.ts");
  return compiledFolder(aside);
}

/**
 * Returns the exports of a source file.
 *
 * @param {string} source
 */
async function loaded(source) {
  const tools = `${aside}-tools`;
  await bundleFile(source, tools);
  const exported = createRequire(import.meta.url)(`${tools}/${stem(source)}.js`);
  await rm(tools, { recursive: true });
  return exported;
}

/**
 * Returns the output of --help. It is the same on every terminal.
 *
 * @param {string} cli
 */
async function helpOf(cli) {
  return (await promisify(execFile)(process.execPath, [cli, "--help"])).stdout;
}

/**
 * Returns a digest of the reader of fleet.yaml, and of the texts whose digests the cache keeps by name: an entry of the cache
 * counts only for the same ones.
 *
 * @param {...string} folders
 */
async function digestOf(...folders) {
  const hash = createHash("sha256").update(await readFile("package-lock.json"));
  for (const folder of folders) {
    const files = (await readdir(folder, { recursive: true })).filter((file) =>
      /\.(?:ts|sh|service)$/.test(file),
    );
    for (const file of files.sort()) hash.update(await readFile(`${folder}/${file}`));
  }
  return hash.digest("hex").slice(0, 16);
}
