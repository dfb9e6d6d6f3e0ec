// npm test: the set-up, then every test. Arguments go to vitest.
import { fileURLToPath } from "node:url";
import { handOver } from "./hand-over.mjs";
import { setup } from "./setup.mjs";

setup();
handOver(fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url)), [
  "run",
  ...process.argv.slice(2),
]);
