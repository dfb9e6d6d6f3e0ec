import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";
import { ascii } from "./ascii.mjs";
import { chunkPlan, stem } from "./chunks.mjs";
import { plainExports } from "./plain-exports.mjs";

/**
 * The commands that people run all day, the parser for a changed fleet.yaml, execa for calls that change something, the
 * record of a run, and the activity of agents with a preset; the most frequent first. Without the last two, an apply
 * loaded the libraries of the watch: 0.15 of its processor time (measured).
 */
const often = [
  "commands/plan/plan",
  "commands/status/status",
  "config/parse",
  "commands/apply/apply",
  "system/child/run-command",
  "apply/record/record-run",
  "observe/activity/observe-activities",
];

/**
 * Bundles the program into `folder` as CommonJS files, each with a source map, and returns its modules. `define`
 * replaces expressions by others.
 *
 * The launcher is a bundle of its own: it decides how the rest is loaded, so it can share no module with the rest.
 * The server of MCP is one too. Its library uses parts of zod that nothing else needs, and in a shared chunk, every
 * run that parses fleet.yaml would load them.
 *
 * @param {string} folder
 * @param {Record<string, string>} define
 */
export async function bundle(folder, define) {
  const launcher = await write({ cli: "src/start.ts" }, folder, define, {
    codeSplitting: false,
    banner: "#!/usr/bin/env node",
  });
  const root = resolve("src/cli.ts");
  const plan = chunkPlan(
    root,
    "command-line",
    often.map((path) => resolve(`src/${path}.ts`)),
  );
  const groups = [{ name: plan, debugName: "entries", includeDependenciesRecursively: false }];
  const program = await write(
    { "command-line": root },
    folder,
    define,
    { codeSplitting: { groups }, intro: plainDictionary },
    [apart],
  );
  const server = await write({ [stem(served)]: served }, folder, define, {});
  return [...launcher, ...program, ...server];
}

/**
 * Bundles the page of `fleet ui` for browsers into the folder `web` of `folder`, and returns its modules.
 *
 * @param {string} folder
 */
export async function bundlePage(folder) {
  const page = join(folder, "web");
  await mkdir(page, { recursive: true });
  for (const name of ["index.html", "app.css", "icon.svg", "icon-you.svg"])
    await cp(`web/${name}`, join(page, name));
  const styles = ["node_modules/@xterm/xterm/css/xterm.css", "web/terminal.css"];
  const texts = await Promise.all(styles.map((path) => readFile(path, "utf8")));
  await writeFile(join(page, "terminal.css"), texts.join("\n"));
  // The first load is the table. The other places follow it, and the dialogs of changes with control alone.
  const app = await writePage({ app: "web/src/main.tsx" }, page, { chunkFileNames: "[name].js" });
  // The library of the terminal is four times as large as the rest: only a page with a terminal loads it.
  const terminal = await writePage({ terminal: "web/src/terminal/terminal.ts" }, page, {
    codeSplitting: false,
  });
  return [...app, ...terminal];
}

/**
 * Writes one bundle for browsers into a folder, and returns its modules.
 *
 * @param {Record<string, string>} input
 * @param {string} page
 * @param {import("rolldown").OutputOptions} options
 */
async function writePage(input, page, options) {
  const bundled = await rolldown({
    input,
    platform: "browser",
    external: ["/terminal.js"],
    tsconfig: "web/tsconfig.json",
    transform: { target: "es2023" },
    onLog: throwLog,
  });
  try {
    const { output } = await bundled.write({
      dir: page,
      format: "es",
      minify: true,
      entryFileNames: "[name].js",
      ...options,
    });
    return modulesOf(output);
  } finally {
    await bundled.close();
  }
}

/**
 * The beginning of a file with many exports. V8 keeps an object without a prototype as a dictionary; any other one gets a
 * new shape for each further property, which took 1.5 ms of a plan with its 411 exports (processor time).
 */
const plainDictionary = "exports = module.exports = Object.create(null);";

/** A source file that only `import()` reaches, with a bundle of its own. */
const served = resolve("src/commands/mcp/serve.ts");

/**
 * A plugin that leaves that file out of a bundle, and loads its bundle instead.
 *
 * @type {import("rolldown").Plugin}
 */
const apart = {
  name: "apart",
  resolveId: (source, importer) =>
    importer !== undefined && resolve(dirname(importer), source) === served
      ? { id: `./${stem(served)}.js`, external: true }
      : null,
};

/**
 * Bundles one source file, with its imports, into `folder`.
 *
 * @param {string} source
 * @param {string} folder
 */
export async function bundleFile(source, folder) {
  await write({ [stem(source)]: source }, folder, {}, { codeSplitting: false });
}

/**
 * Writes one bundle, and returns its modules.
 *
 * @param {Record<string, string>} input
 * @param {string} folder
 * @param {Record<string, string>} define
 * @param {import("rolldown").OutputOptions} output
 * @param {import("rolldown").Plugin[]} plugins
 */
async function write(input, folder, define, output, plugins = []) {
  const bundled = await rolldown({
    input,
    platform: "node",
    plugins: [ascii, plainExports, ...plugins],
    moduleTypes: { ".service": "text", ".sh": "text", ".bash": "text", ".zsh": "text", ".fish": "text" },
    preserveEntrySignatures: "allow-extension",
    // A table of human-signals that execa does not read: each run would make it, which took 2 ms.
    treeshake: { manualPureFunctions: ["getSignalsByNumber"] },
    transform: { target: "node20.19", define },
    onLog: throwLog,
    // A busy machine is no fault of a plugin.
    checks: { bundlerTimings: false },
  });
  try {
    const { output: files } = await bundled.write({
      dir: folder,
      format: "cjs",
      minify: true,
      keepNames: true,
      sourcemap: true,
      // As seen from dist/, the later name of the folder.
      sourcemapPathTransform: (source, map) => relative(resolve("dist"), resolve(dirname(map), source)),
      dynamicImportInCjs: false,
      entryFileNames: "[name].js",
      chunkFileNames: "[name].js",
      ...output,
    });
    return modulesOf(files);
  } finally {
    await bundled.close();
  }
}

/**
 * Returns the modules with code in a bundle.
 *
 * @param {readonly (import("rolldown").OutputChunk | import("rolldown").OutputAsset)[]} files
 */
function modulesOf(files) {
  const modules = files.flatMap((file) => (file.type === "chunk" ? Object.entries(file.modules) : []));
  return modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([path]) => path);
}

/**
 * Fails the build for a warning.
 *
 * @param {string} _level
 * @param {{ readonly message: string }} log
 */
function throwLog(_level, { message }) {
  throw new Error(message);
}
