// npm start: the set-up, then the demonstration in the sandbox. With --keep it leaves you in a shell in there.
import { fileURLToPath } from "node:url";
import { execScript } from "./exec-script.mjs";
import { setup } from "./setup.mjs";

const args = process.argv.slice(2);
if (args.some((arg) => arg !== "--keep")) {
  console.error("usage: npm start [-- --keep]");
  process.exit(64);
}
setup();
const demo = ["node", "/run/fleet/tool/scripts/demo.mjs", ...args];
execScript(fileURLToPath(new URL("../dist/cli.js", import.meta.url)), ["sandbox", "--", ...demo]);
