// npm run hosts: commands on many machines at a time, each with a server of ssh and a systemd of its own, by default 20 of
// them with 50 agents each. Prints how long each command takes, and fails if one machine disturbs another.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execScript } from "./exec-script.mjs";
import { readArguments } from "./read-arguments.mjs";
import { setup } from "./setup.mjs";

const usage = "usage: npm run hosts [-- [--hosts N] [--agents N]]";

const { hosts = "20", agents = "50" } = readArguments(usage, read);
Object.assign(process.env, { HOSTS_COUNT: hosts, HOSTS_AGENTS: agents });
setup();
execScript(fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url)), [
  "run",
  "test/fleet/hosts/many.test.ts",
  "--project=e2e",
  "--disableConsoleIntercept=true",
]);

function read() {
  const { values } = parseArgs({ options: { hosts: { type: "string" }, agents: { type: "string" } } });
  for (const [name, value] of Object.entries(values))
    if (!/^[1-9]\d{0,2}$/.test(String(value))) throw new Error(`--${name} wants a whole number`);
  return values;
}
