// npm run format:check: lists the files that `npm run format` would change, and exits with 1 if there are any. oxfmt
// writes nearly everything as Prettier does, in a sixtieth of its processor time. Prettier reads only the files that
// oxfmt would write in another way, and its word is the last.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { status, stdout, stderr } = runTool("oxfmt", ["--list-different"]);
const files = stdout.split("\n").filter(Boolean);
if (status === 1 && files.length > 0) checkByPrettier(files);
else if (status !== 0) {
  console.error(`format:check: oxfmt failed\n${stdout}${stderr}`);
  process.exitCode = 1;
}

/**
 * Checks some files by Prettier, and takes over its exit code.
 *
 * @param {readonly string[]} paths
 */
function checkByPrettier(paths) {
  const checked = runTool("prettier", ["--check", "--ignore-unknown", ...paths]);
  process.stdout.write(checked.stdout);
  process.stderr.write(checked.stderr);
  process.exitCode = checked.status ?? 1;
}

/**
 * Runs a program of the development dependencies on the files of the current folder.
 *
 * @param {string} name
 * @param {readonly string[]} args
 */
function runTool(name, args) {
  const program = fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
  return spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
}
