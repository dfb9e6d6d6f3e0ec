// Loaded before the bundle by warm-up.mjs: when the process ends, writes the code of each file of the bundle, as
// compiled by V8, to the folder $KEEP_COMPILED. This includes code that was kept earlier and accepted.
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

/** @type {{ script: import("node:vm").Script, name: string }[]} */
const scripts = [];
const { Script } = vm;
vm.Script = class extends Script {
  /**
   * @param {string} source
   * @param {import("node:vm").ScriptOptions} options
   */
  constructor(source, options) {
    super(source, options);
    scripts.push({ script: this, name: path.basename(options.filename ?? "unnamed") });
  }
};

// $PAPER_CGROUP is PATH=FILE: who reads PATH gets FILE. So a process of the build passes for the tmux server in the unit of
// the holder.
const [paper = "", stand = ""] = (process.env.PAPER_CGROUP ?? "").split("=");
for (const name of /** @type {const} */ (["lstatSync", "readFileSync"])) {
  const real = /** @type {(path: unknown, ...rest: unknown[]) => unknown} */ (fs[name]);
  Reflect.set(fs, name, (/** @type {unknown} */ asked, /** @type {unknown[]} */ ...rest) =>
    real(asked === paper ? stand : asked, ...rest),
  );
}

process.on("exit", () => {
  const folder = process.env.KEEP_COMPILED;
  if (folder === undefined) throw new Error("KEEP_COMPILED names no folder");
  fs.mkdirSync(folder, { recursive: true });
  for (const { script, name } of scripts) {
    const file = fs.openSync(path.join(folder, name), "w");
    fs.writeFileSync(file, script.createCachedData());
    // V8 checks the length of such a file but not each byte: a crash of the machine must not leave a file of zeros.
    fs.fsyncSync(file);
    fs.closeSync(file);
  }
});
