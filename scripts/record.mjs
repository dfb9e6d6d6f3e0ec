// npm run record: makes docs/recording.svg, the animation in the README, from a real run on a terminal in the sandbox.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { animate } from "./record/svg.mjs";
import { setup } from "./setup.mjs";

const output = fileURLToPath(new URL("../docs/recording.svg", import.meta.url));
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));

setup();
const inside = ["node", "/run/fleet/tool/scripts/record/inside.mjs"];
const { status, stdout } = spawnSync(process.execPath, [cli, "sandbox", "--", ...inside], {
  encoding: "utf8",
  maxBuffer: 1 << 28,
  stdio: ["ignore", "pipe", "inherit"],
});
if (status !== 0) process.exit(status ?? 1);
const recording = JSON.parse(stdout);
const svg = animate(recording);
writeFileSync(output, svg);
console.log(
  `${output}: ${recording.frames.length} frames, ${(recording.ms / 1000).toFixed(0)} s, ${svg.length} bytes`,
);
