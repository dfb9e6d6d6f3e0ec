// Bundles src/start.ts and everything it imports into dist/cli.js, and what only some runs need into files beside it.
//
// CommonJS, though the sources are ES modules: node 20 starts a bundle of it in half the time (measured: 27 ms over a
// bare node instead of 58), for its own loader of ES modules is what takes longest to load.
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { promisify } from "node:util";
import { warmUp } from "./build/warm-up.mjs";

/** Loaded by `await import(…)` only: parsing and writing are more than a plan of an unchanged file needs. */
const lazy = [
  "src/system/run-command.ts",
  "src/cli.ts",
  "src/command-line/usage/report-usage.ts",
  "src/commands/plan/plan.ts",
  "src/commands/status.ts",
  "src/commands/validate.ts",
  "src/config/parse.ts",
  "src/config/field-places.ts",
  "src/config/doubts/literal-warning.ts",
  "src/commands/apply/apply.ts",
  "src/commands/apply/apply-saved.ts",
  "src/commands/plan/save-plan.ts",
  "src/commands/snapshot.ts",
  "src/snapshot/survey-against.ts",
  "src/commands/destroy.ts",
  "src/commands/suspend.ts",
  "src/commands/render.ts",
  "src/commands/validate-units.ts",
  "src/diffs/diff-lines.ts",
  "src/commands/plan/show-plan.ts",
  "src/commands/why.ts",
  "src/commands/sandbox.ts",
  "src/commands/schema.ts",
  "src/commands/watch/watch.ts",
  "src/commands/watch/watch-service.ts",
];

const { version, engines } = JSON.parse(await readFile("package.json", "utf8"));

// Put together aside and then moved, so that a run of the old one meets a half-written dist for an instant at most.
const aside = `node_modules/.dist-${process.pid}`;
await build({
  entryPoints: ["src/start.ts", "src/system/compiled-code.ts", ...lazy].map((file) => ({
    in: file,
    out: nameOf(file),
  })),
  outdir: aside,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  supported: { "dynamic-import": false },
  minify: true,
  legalComments: "linked",
  loader: { ".service": "text", ".sh": "text" },
  define: {
    "process.env.MOSAIC_FLEET_VERSION": JSON.stringify(version),
    "process.env.MOSAIC_FLEET_NODE": JSON.stringify(engines.node),
    "process.env.MOSAIC_FLEET_CONFIG_READER": JSON.stringify(await digestOf("src/config", "src/text")),
    "import.meta.url": "__fileUrl",
  },
  banner: { js: '#!/usr/bin/env node\nconst __fileUrl=require("node:url").pathToFileURL(__filename).href;' },
  plugins: [{ name: "lazy-files", setup: keepLazy }],
  logLevel: "warning",
});
await writeFile(`${aside}/package.json`, '{ "type": "commonjs" }\n');
await chmod(`${aside}/cli.js`, 0o755);
await writeFile(`${aside}/help.txt`, await helpOf(`${aside}/cli.js`));
await keepCompiled();
await rm("dist", { recursive: true, force: true });
await rename(aside, "dist");

/** Where that is not possible, everything runs all the same, but starts less quickly. */
async function keepCompiled() {
  const { compiledFolder } = createRequire(import.meta.url)(resolve(aside, "compiled-code.js"));
  await warmUp(resolve(aside), compiledFolder(resolve(aside)));
  await rm(`${aside}/compiled-code.js`);
}

/** What the reader of command lines says to --help. It is the same on every terminal. */
async function helpOf(cli) {
  return (await promisify(execFile)(process.execPath, [cli, "--help"])).stdout;
}

/** The name in dist/ of what a source becomes. What is run is called cli.js, and loads what is in src/cli.ts. */
function nameOf(path) {
  const name = basename(path, ".ts");
  return name === "start" ? "cli" : name === "cli" ? "command-line" : name;
}

/** Leaves a dynamic import as a call for the file beside this one. */
function keepLazy({ onResolve }) {
  onResolve({ filter: /\.ts$/ }, ({ kind, path }) => {
    if (kind !== "dynamic-import") return undefined;
    if (!lazy.some((entry) => basename(entry) === basename(path)))
      throw new Error(`${path} is not listed as lazy`);
    return { path: `./${nameOf(path)}.js`, external: true };
  });
}

/** Returns a digest of the reader of fleet.yaml: a cached configuration counts only for the same reader. */
async function digestOf(...folders) {
  const hash = createHash("sha256").update(await readFile("package-lock.json"));
  for (const folder of folders) {
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
    for (const file of files.sort()) hash.update(await readFile(`${folder}/${file}`));
  }
  return hash.digest("hex").slice(0, 16);
}
