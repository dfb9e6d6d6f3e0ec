import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveFleet } from "../../src/desired/agent/resolve.ts";
import { renderSnapshot } from "../../src/snapshot/snapshot.ts";
import { account, configOf, inputsOf } from "../support/plan/resolved.ts";
import { settledMachine } from "../support/plan/settled.ts";
import { measured } from "../support/rig/measured.ts";
import { cli } from "../support/rig/outer.ts";

/** The sizes of the comparison, agents. */
const [few, many] = [2_500, 10_000];

/** The bound for the ratio of their processor times. Linear work has less than 4, because each process has to start. */
const bound = 6;

/** The limit of memory at the larger size, MB: 210 were measured. */
const mostMegabytes = 250;

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

/** Commands that need no machine. `SNAPSHOT` is one on which the fleet was applied. */
const commands: readonly (readonly string[])[] = [
  ["plan", "--against", "SNAPSHOT"],
  ["diff", "--against", "empty"],
];

describe("A process without a machine", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-growth-"));
    const usage =
      "require('node:fs').writeFileSync(process.env.USAGE, JSON.stringify(process.resourceUsage()))";
    writeFileSync(join(folder, "usage.cjs"), `process.on("exit", () => ${usage});\n`);
    for (const size of [few, many]) {
      const text = fleetOf(size);
      writeFileSync(join(folder, `${size}.yaml`), text);
      writeFileSync(join(folder, `${size}.json`), snapshotOf(text));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(commands)("takes linear time and little memory for %s %s %s", (...command) => {
    const [short, long] = [run(command, few), run(command, many)];
    measured(`${command.join(" ")}, ms and MB of ${few} and ${many} agents:`, [short, long]);
    expect(long.ms / short.ms).toBeLessThan(bound);
    expect(long.megabytes).toBeLessThan(mostMegabytes);
  });

  /** Runs a command on a fleet of a size. Returns its processor time and its peak of memory. */
  function run(command: readonly string[], size: number): Usage {
    const usagePath = join(folder, "usage.json");
    const words = command.map((word) => (word === "SNAPSHOT" ? `${size}.json` : word));
    const argv = ["-r", "./usage.cjs", cli, ...words, "--file", `${size}.yaml`];
    const { status, stderr } = spawnSync(process.execPath, argv, {
      cwd: folder,
      env: { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), USAGE: usagePath },
      encoding: "utf8",
      maxBuffer: 200 * 1024 * 1024,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const usage = JSON.parse(readFileSync(usagePath, "utf8")) as NodeJS.ResourceUsage;
    return { ms: (usage.userCPUTime + usage.systemCPUTime) / 1_000, megabytes: usage.maxRSS / 1024 };
  }
});

interface Usage {
  /** Processor time. */
  readonly ms: number;
  readonly megabytes: number;
}

/** Returns the fleet.yaml of so many agents, a hundred for each entry. */
function fleetOf(size: number): string {
  const entries = Array.from({ length: size / 100 }, (_, index) => `  group-${index}: { replicas: 100 }\n`);
  const defaults =
    "runtimes: { quiet: { command: exec work } }\ndefaults: { runtime: quiet, env: { API_TOKEN: hush, TEAM: core } }";
  return `version: 1\n${defaults}\nagents:\n${entries.join("")}`;
}

/** Returns the snapshot of a machine on which the fleet was applied. */
function snapshotOf(text: string): string {
  const config = configOf(text);
  const inputs = inputsOf(config);
  const desired = resolveFleet(config, account, inputs);
  const label = { version, host: "here", takenAt: "2026-01-01T00:00:00.000Z", machine: account };
  return renderSnapshot(settledMachine(desired, inputs), desired, label);
}
