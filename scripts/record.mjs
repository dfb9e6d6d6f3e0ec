// npm run record: makes docs/recording.svg, the animation in the README, from a real run on a terminal. It runs in the
// sandbox, or with `-- --vm` in a virtual machine, which has figures of memory wherever it runs. On an emulated processor, the
// time of commands and typing is shown as a tenth.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { animate } from "./record/svg.mjs";
import { setup } from "./setup.mjs";
import { withMachine } from "./vm/open.mjs";

const output = fileURLToPath(new URL("../docs/recording.svg", import.meta.url));
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const { values } = parseArgs({ options: { vm: { type: "boolean", default: false } } });

setup();
const recording = JSON.parse(values.vm ? await inMachine() : inSandbox());
const svg = animate(recording);
writeFileSync(output, svg);
console.log(
  `${output}: ${recording.frames.length} frames, ${(recording.ms / 1000).toFixed(0)} s, ${svg.length} bytes`,
);

function inSandbox() {
  const inside = ["node", "/run/fleet/tool/scripts/record/inside.mjs"];
  const { status, stdout } = spawnSync(process.execPath, [cli, "sandbox", "--", ...inside], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

async function inMachine() {
  let text = "";
  await withMachine({ system: "trixie" }, async (machine) => {
    await machine.root("loginctl enable-linger ada");
    const { code, stdout, stderr } = await machine.ada(
      `exec node /opt/tool/record/inside.mjs ${machine.isEmulated ? 0.1 : 1}`,
    );
    if (code !== 0) throw new Error(stderr);
    text = stdout;
  });
  return text;
}
