import type { Sandbox } from "../rig/sandbox.ts";

/** Returns a function that runs a command of fleet, and returns the names of the files of code that it has loaded. */
export async function watchLoads(box: Sandbox): Promise<(args: string) => Promise<string>> {
  await box.write(
    "~/loads.cjs",
    `const files = [];
    const vm = require("node:vm");
    const { Script } = vm;
    vm.Script = class extends Script {
      constructor(source, options) {
        super(source, options);
        files.push(options.filename);
      }
    };
    // A node with a cache of its own for compiled code loads the files by require.
    process.on("exit", () => {
      const all = [...files, ...Object.keys(require.cache)];
      console.error(all.map((file) => require("node:path").basename(file)).sort().join(" "));
    });`,
  );
  return (args) => box.sh(`NODE_OPTIONS="--require=$HOME/loads.cjs" fleet ${args} 2>&1 >/dev/null`);
}
