// npm run race: each way to save a file, raced against the watch, by inotify, by polling and on a FUSE mount. Prints a
// table of the missed saves, and fails if there are any.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execScript } from "./exec-script.mjs";
import { readArguments } from "./read-arguments.mjs";
import { setup } from "./setup.mjs";

const usage =
  "usage: npm run race [-- [--tries N] [--ways REGEXP] [--grounds inotify|polling|fuse] [--debounce MS]]";
/** @type {Record<string, { type: "string" }>} */
const options = Object.fromEntries(
  ["tries", "ways", "grounds", "debounce"].map((name) => [name, { type: "string" }]),
);

const { tries = "4", ways = "", grounds = "", debounce = "0" } = readArguments(usage, read);
Object.assign(process.env, {
  RACE_TRIES: tries,
  RACE_WAYS: ways,
  RACE_GROUNDS: grounds,
  RACE_DEBOUNCE: debounce,
});
setup();
execScript(fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url)), [
  "run",
  "test/race/race.test.ts",
  "--project=e2e",
  "--disableConsoleIntercept=true",
]);

function read() {
  const given = parseArgs({ options }).values;
  for (const name of ["tries", "debounce"]) {
    if (given[name] !== undefined && !/^\d+$/.test(given[name]))
      throw new Error(`--${name} wants a whole number`);
  }
  return given;
}
