// npm run soak: a random walk of edits, applies, kills and drift on a real machine, by default for an hour. It ends at
// the first broken promise, with the seed and the steps that lead there.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execScript } from "./exec-script.mjs";
import { readArguments } from "./read-arguments.mjs";
import { setup } from "./setup.mjs";

const usage = "usage: npm run soak [-- [--minutes N] [--seed N] [--steps N] [--only N,N,...]]";
/** @type {Record<string, { type: "string" }>} */
const options = Object.fromEntries(
  ["minutes", "seed", "steps", "only"].map((name) => [name, { type: "string" }]),
);

const values = readArguments(usage, read);
const seed = values.seed ?? String(Math.floor(Math.random() * 1_000_000));
// More than any machine takes in the time. If the steps are counted, the time is only there to end it some day.
Object.assign(process.env, {
  SOAK_SEED: seed,
  SOAK_STEPS: values.steps ?? "20000",
  SOAK_MINUTES: values.minutes ?? "60",
  ...(values.only === undefined ? {} : { SOAK_ONLY: values.only }),
});
setup();
console.log(`soak: seed ${seed}`);
execScript(fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url)), [
  "run",
  "test/soak/soak.test.ts",
  "--project=e2e",
  "--disableConsoleIntercept=true",
]);

function read() {
  const given = parseArgs({ options }).values;
  for (const name of ["minutes", "seed", "steps"]) {
    if (given[name] !== undefined && !/^\d+$/.test(given[name]))
      throw new Error(`--${name} wants a whole number`);
  }
  if (given.only !== undefined && !/^\d+(,\d+)*$/.test(given.only))
    throw new Error("--only wants numbers of steps");
  return given;
}
