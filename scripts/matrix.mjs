// Runs the end-to-end tests on other versions of Debian, each with its own systemd and tmux, and on other versions of node.
// Needs root, debootstrap, and some minutes for each.
//
//   npm run matrix [-- --systems bookworm,trixie,testing,sid] [--nodes 20.19.0,22,24,latest] [TEST...]
//
// Without TEST it runs all end-to-end tests. Each system is tried with the first node, and each other node with the system
// of this machine. Systems stay in $XDG_CACHE_HOME/mosaic-fleet-matrix; --fresh makes them again. Prints the rows of
// docs/compatibility.md.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rowOf, tableHead } from "./matrix/report.mjs";
import { makeSystem } from "./matrix/systems.mjs";
import { runTests } from "./matrix/tests.mjs";
import { fetchNode, supported } from "./package/nodes.mjs";
import { setup } from "./setup.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    systems: { type: "string", default: "bookworm,trixie,testing,sid" },
    nodes: { type: "string", default: supported.join(",") },
    fresh: { type: "boolean", default: false },
  },
});
setup();
if (process.getuid?.() !== 0) stop("npm run matrix needs root, for debootstrap and mounts");

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "mosaic-fleet-matrix");
const scratch = mkdtempSync(join(tmpdir(), "mosaic-fleet-matrix-"));
const nodes = values.nodes.split(",").filter(Boolean);
const systems = values.systems.split(",").filter(Boolean);
let hasFailed = false;
try {
  // The tests build and write into their folder. So each run has a copy.
  const clone = join(scratch, "clone");
  execFileSync("git", ["clone", "--quiet", root, clone]);
  cpSync(join(root, "node_modules"), join(clone, "node_modules"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const [first = supported[0] ?? "20", ...others] = nodes;
  console.log(tableHead);
  const oldest = await fetchNode(first, scratch);
  for (const name of systems) {
    const folder = await makeSystem(name, cache, values.fresh);
    report(await runTests({ clone, node: oldest, folder, name, tests: positionals }));
  }
  for (const wanted of others) {
    const node = await fetchNode(wanted, scratch);
    report(await runTests({ clone, node, folder: undefined, name: "this machine", tests: positionals }));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (hasFailed) process.exitCode = 1;

/**
 * Prints a row, and its failures.
 *
 * @param {import("./matrix/report.mjs").Cell} cell
 */
function report(cell) {
  console.log(rowOf(cell));
  for (const failure of cell.failures) console.log(`  FAILED ${failure}`);
  if (cell.failures.length > 0 || cell.passed === 0) hasFailed = true;
}

/**
 * Ends the process with 1, and says why.
 *
 * @param {string} why
 * @returns {never}
 */
function stop(why) {
  console.error(why);
  process.exit(1);
}
