// npm run bench: measures plan, status, apply and destroy, next to the bare minimum, plain units, the manual way, and pm2. All of
// them run in turns, on a real systemd and tmux in the sandbox.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readArguments } from "./read-arguments.mjs";
import { setup } from "./setup.mjs";

const contenders = ["fleet", "floor", "raw", "manual", "pm2", "ansible", "tmuxp"];
const usage = `usage: npm run bench [-- [--sizes 10,100] [--runs N] [--only NAME,NAME] [--up-to NAME=N,NAME=N] | --ui | --hosts]

  --sizes   how many agents; 10,100,500,1000 unless told
  --runs    of how many runs the median is, at least 7, which is what it is unless told
  --only    which contenders, of: ${contenders.join(" ")}. fleet, floor and raw always are
  --ui      measures the page of fleet ui instead, with 500 agents, or those of --sizes
  --hosts   measures commands on 20 machines with 50 agents each over ssh instead, next to Ansible, with verdicts about the
            aims of docs/performance.md; npm run hosts has more of that
  --up-to   the largest size at which a contender takes part; manual=10,pm2=100,ansible=10,tmuxp=100 unless told`;

const args = readArguments(usage, read);
setup();
if (args.ui) {
  const { measureUi } = await import("./ui/measure.mjs");
  await measureUi({ size: Number(args.sizes?.split(",")[0] ?? 500), runs: Number(args.runs ?? 7) });
  process.exit();
}
if (args.hosts) {
  const script = fileURLToPath(new URL("./hosts.mjs", import.meta.url));
  const hasAnsible = spawnSync("ansible", ["--version"]).status === 0;
  if (!hasAnsible)
    console.log("Not measured: a plan next to a ping of Ansible. apt-get install ansible-core");
  const { status } = spawnSync(process.execPath, [script, "--hosts", "20", "--agents", "50"], {
    stdio: "inherit",
    env: { ...process.env, ...(hasAnsible ? { HOSTS_ANSIBLE: "yes" } : {}) },
  });
  process.exit(status ?? 1);
}
const place = mkdtempSync(join(tmpdir(), "fleet-bench-"));
try {
  const pm2 = args.only === undefined || args.only.split(",").includes("pm2") ? fetchPm2() : undefined;
  process.exitCode = race(pm2);
} finally {
  rmSync(place, { recursive: true, force: true });
}

/**
 * Runs the benchmark in a sandbox. The sandbox sees no temporary folder of ours, so its contents go in as an archive,
 * on standard input.
 *
 * @param {string | undefined} pm2
 */
function race(pm2) {
  const tar = spawnSync("tar", ["-C", pm2 ?? place, "-c", "."], { maxBuffer: 1 << 30 });
  const given = Object.entries(args).flatMap(([name, value]) =>
    typeof value === "string" ? [`--${name}`, value] : [],
  );
  const inside = ["node", "/run/fleet/tool/scripts/bench/inside.mjs", ...given];
  const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
  const ran = spawnSync(process.execPath, [cli, "sandbox", "--", ...inside], {
    input: tar.stdout,
    stdio: ["pipe", "inherit", "inherit"],
  });
  return ran.status ?? 1;
}

/** Installs pm2 from the registry into a temporary folder; returns undefined if that is not possible. */
function fetchPm2() {
  const install = ["install", "--prefix", place, "--no-audit", "--no-fund", "--ignore-scripts", "pm2"];
  const { status, stderr } = spawnSync("npm", install, { cwd: place, encoding: "utf8" });
  if (status === 0) return place;
  console.log(`bench: without pm2, which npm cannot install: ${stderr?.trim().split("\n")[0] ?? "no npm"}`);
  return undefined;
}

function read() {
  const text = /** @type {const} */ ({ type: "string" });
  const { values } = parseArgs({
    options: {
      sizes: text,
      runs: text,
      only: text,
      "up-to": text,
      ui: { type: "boolean" },
      hosts: { type: "boolean" },
    },
  });
  if (!/^[1-9]\d*(,[1-9]\d*)*$/.test(values.sizes ?? "1")) throw new Error("--sizes wants whole numbers");
  if (!/^\d+$/.test(values.runs ?? "7") || Number(values.runs ?? 7) < 7)
    throw new Error("--runs wants a whole number of at least 7: a median of fewer says little");
  const names = (values.only ?? "fleet").split(",");
  if (!names.every((name) => contenders.includes(name))) throw new Error("--only wants names of contenders");
  if (!/^([a-z0-9]+=\d+(,|$))+$/.test(values["up-to"] ?? "pm2=1")) throw new Error("--up-to wants NAME=N");
  return values;
}
