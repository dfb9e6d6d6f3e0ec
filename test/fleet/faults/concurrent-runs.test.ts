import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { measured } from "../../support/rig/measured.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { waits, type FleetFile, type PlannedFleet } from "../../support/fleet/fleet.ts";
import { killedAt, killHook } from "../../support/faults/kills.ts";
import { openLane, type Lane } from "../../support/faults/lane.ts";

const runtimes = { quiet: { command: waits } };
const defaults = { runtime: "quiet", onChange: "restart" };
const steady = { env: { GEN: "steady" } };

/** Returns a fleet with everything but one agent different in each version. */
function version(number: number): FleetFile {
  const env = { GEN: `${number}` };
  return {
    runtimes,
    defaults,
    agents: { same: steady, first: { env }, second: { env }, [`only-${number}`]: { env } },
  };
}
const versions = [1, 2, 3, 4, 5, 6, 7, 8];

/** Returns the `agent runs variable` lines of a state with exactly this version in force. */
const runsOf = (number: number): readonly string[] => [
  `runs first GEN=${number}`,
  `runs only-${number} GEN=${number}`,
  "runs same GEN=steady",
  `runs second GEN=${number}`,
];
const runsIn = (state: readonly string[]): readonly string[] =>
  state.filter((line) => line.startsWith("runs "));
const steadyIn = (state: readonly string[]): readonly string[] =>
  state.filter((line) => /^(?:unit .*@same\.service|pane same )/.test(line));

describe("concurrent runs", () => {
  const box = useSandbox({ visible: killHook });
  let lanes: readonly Lane[];
  let lane: Lane;
  let untouched: readonly string[];
  beforeAll(async () => {
    lanes = ["anna", "bert", "cora", "dora"].map((name) => openLane(box, name));
    lane = lanes[0]!;
    for (const number of versions) await lane.declare(`${number}`, version(number));
    await lane.succeed("1", ["apply", "--yes"]);
    untouched = steadyIn(await lane.state());
    expect(untouched).toHaveLength(2);
  });

  /** Returns the one version in force as a whole; fails if there is none. */
  async function versionInForce(): Promise<number> {
    const state = await lane.state();
    const number = Number(/^runs first GEN=(\d+)$/m.exec(state.join("\n"))?.[1]);
    expect(runsIn(state)).toEqual(runsOf(number));
    expect(steadyIn(state)).toEqual(untouched);
    expect(await lane.plan(`${number}`)).toMatchObject({ actions: [], summary: { pending: 0, blocked: 0 } });
    return number;
  }

  it("wait for each other: after eight applies of eight fleet files the last one is in force as a whole", async () => {
    const applies = versions.map((number) =>
      lane.fleet(`${number}`, ["apply", "--yes", "--lock-timeout", "60s"]),
    );
    for (const { code, stdout, stderr } of await Promise.all(applies))
      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: expect.not.stringContaining("Error") });
    await versionInForce();
  });

  it("without a wait exit with 5, except for one or a few, and name the process that has the lock", async () => {
    const runs: Numbered[] = [];
    for (let round = 0; round < 3; round++) {
      const began = Date.now();
      const some = await Promise.all(versions.map((number) => numbered(number, ["apply", "--yes"])));
      runs.push(...some);
      const winners = some.filter(({ ran }) => ran.code === 0);
      expect(winners.length).toBeGreaterThan(0);
      expect(winners.map(({ number }) => number)).toContain(await versionInForce());
      for (const { ran } of some.filter((run) => !winners.includes(run))) {
        expect(ran.code, ran.stdout + ran.stderr).toBe(5);
        const [, pid, age] =
          /^Error: this fleet is being changed by `fleet apply` \(pid (\d+), for (\d+) s\)$/m.exec(
            ran.stderr,
          ) ?? [];
        expect(
          winners.map((winner) => winner.pid),
          ran.stderr,
        ).toContain(pid);
        expect(Number(age)).toBeLessThanOrEqual((Date.now() - began) / 1000 + 1);
      }
    }
    measured(
      `at once: ${runs.filter(({ ran }) => ran.code === 5).length} of ${runs.length} applies locked out`,
    );
  });

  /** Begins an apply that stops at a moment, and returns its process id and its result. */
  async function stoppedAt(moment: string, number: number) {
    const stopped = async (): Promise<readonly string[]> =>
      (await box.sh("grep -lsE '^State:.T' /proc/[0-9]*/status | cut -d / -f 3 || :")).match(/\d+/g) ?? [];
    const before = await stopped();
    const env = { ...killedAt(moment), KILL_SIGNAL: "SIGSTOP" };
    const ran = lane.fleet(`${number}`, ["apply", "--yes"], env);
    const pid = await until(`an apply is stopped ${moment}`, async () =>
      (await stopped()).find((each) => !before.includes(each)),
    );
    return { pid, ran };
  }

  it("do not name an earlier lock holder before the current one has identified itself", async () => {
    const holder = await stoppedAt("after flock", 1);
    const ran = await lane.fleet("2", ["apply", "--yes"]);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain("Error: this fleet is being changed by another run\n");
    await box.run(["kill", "-KILL", holder.pid]);
    expect((await holder.ran).code).toBe(137);
  });

  it("name the holder that takes the lock between the first and the second try", async () => {
    const unnamed = await stoppedAt("after flock", 1);
    const late = await stoppedAt("before flock #2", 2);
    await box.run(["kill", "-KILL", unnamed.pid]);
    expect((await unnamed.ran).code).toBe(137);
    const holder = await stoppedAt("before systemctl list-units", 3);
    await box.run(["kill", "-CONT", late.pid]);
    const { code, stderr } = await late.ran;
    await box.run(["kill", "-KILL", holder.pid]);
    expect((await holder.ran).code).toBe(137);
    expect([code, stderr]).toEqual([5, expect.stringContaining(`by \`fleet apply\` (pid ${holder.pid}, `)]);
  });

  interface Numbered {
    readonly number: number;
    /** The process id of the run itself. */
    readonly pid: string;
    readonly ran: Ran;
  }

  async function numbered(number: number, args: readonly string[]): Promise<Numbered> {
    const file = `${box.home}/work/${lane.name}-${number}.yaml`;
    const ran = await box.run(["sh", "-c", 'echo $$; exec fleet "$@"', "sh", ...args, "-f", file]);
    return { number, pid: ran.stdout.split("\n")[0] ?? "", ran };
  }

  it("of an apply and a destroy leave either the whole fleet or nothing", async () => {
    let destroyed = 0;
    for (let round = 0; round < 3; round++) {
      const wait = ["--yes", "--lock-timeout", "30s"];
      const [applied, ended] = await Promise.all([
        lane.fleet(`${2 + round}`, ["apply", ...wait]),
        lane.fleet("1", ["destroy", ...wait]),
      ]);
      expect([applied.code, ended.code], applied.stderr + ended.stderr).toEqual([0, 0]);
      const state = await lane.state();
      if (runsIn(state).length > 0) expect(runsIn(state)).toEqual(runsOf(2 + round));
      else {
        destroyed++;
        expect(state).toEqual([expect.stringMatching(/^kept .*\/anna\.lock$/)]);
      }
      await lane.succeed("1", ["apply", "--yes"]);
      untouched = steadyIn(await lane.state());
    }
    measured(`at once: of 3 rounds of apply and destroy, ${destroyed} ended with nothing`);
  });

  it("of four fleets do not disturb each other", async () => {
    const before = new Map<Lane, readonly string[]>();
    for (let round = 1; round <= 2; round++) {
      for (const each of lanes) await each.declare("now", version(round));
      await Promise.all(lanes.map((each) => each.succeed("now", ["apply", "--yes"])));
      await Promise.all(lanes.map((each) => expectInForce(each, round)));
    }
    async function expectInForce(each: Lane, round: number): Promise<void> {
      const state = await each.state();
      expect(runsIn(state)).toEqual(runsOf(round));
      expect(steadyIn(state)).toEqual(before.get(each) ?? steadyIn(state));
      before.set(each, steadyIn(state));
      expect(await each.plan("now")).toMatchObject({ actions: [], summary: { pending: 0, blocked: 0 } });
    }
    await Promise.all(lanes.slice(1).map((each) => each.succeed("now", ["destroy", "--yes"])));
    expect(steadyIn(await lane.state())).toEqual(before.get(lane));
  });

  it("of plan and status need no lock: during an apply they neither fail nor see an untrue state", async () => {
    untouched = steadyIn(await lane.state());
    const from = await versionInForce();
    const to = from === 8 ? 7 : from + 1;
    const end = new AbortController();
    const applying = lane.succeed(`${to}`, ["apply", "--yes"]).finally(() => end.abort());
    let looks = 0;
    while (!end.signal.aborted) {
      const [plan, status] = await Promise.all([
        lane.plan(`${to}`),
        lane.succeed(`${to}`, ["status", "--json"]).then((text) => JSON.parse(text) as StatusJson),
      ]);
      looks++;
      expect(strangenessOf(plan, status, [from, to])).toEqual([]);
    }
    await applying;
    expect(looks).toBeGreaterThan(1);
    expect(await versionInForce()).toBe(to);
    measured(`at once: ${looks} plans and as many statuses during one apply`);
  });

  it("of plan and status observe again if an apply begins and ends between their reading of files and units", async () => {
    const from = await versionInForce();
    const to = from === 8 ? 7 : from + 1;
    const both = `fleet apply --yes -f ~/work/${lane.name}-$TO.yaml`;
    await box.write("~/slow/systemctl", slowSystemctl(both), 0o755);
    const path = (await box.sh("echo $PATH")).trim();
    const slowly = (to_: number): Record<string, string> => ({
      PATH: `${box.home}/slow:${path}`,
      RIGHT_PATH: path,
      TO: `${to_}`,
    });
    const plan = JSON.parse(await lane.succeed(`${to}`, ["plan", "--json"], slowly(to))) as PlannedFleet;
    expect(strangenessOf(plan, { agents: [] }, [from, to])).toEqual([]);
    expect(plan.actions).toEqual([]);
    const status = JSON.parse(
      await lane.succeed(`${from}`, ["status", "--json"], slowly(from)),
    ) as StatusJson;
    expect(status.agents.map(({ name, state }) => `${name} ${state}`)).toEqual(
      ["first", `only-${from}`, "same", "second"].map((name) => `${name} running`),
    );
  });

  it("have the lock at once after a killed apply", async () => {
    const to = `${await versionInForce()}`;
    for (let round = 0; round < 5; round++) {
      expect((await lane.fleet(to, ["apply", "--yes"], killedAt("after flock"))).code).toBe(137);
      await lane.succeed(to, ["apply", "--yes"]);
    }
  });
});

/** Returns a systemctl that runs a script before its first list of units. */
function slowSystemctl(script: string): string {
  return `#!/bin/bash
case " $* " in *" list-units "*)
  [ -e ~/slow/$TO ] || { touch ~/slow/$TO; PATH=$RIGHT_PATH; ${script} >&2; } ;;
esac
PATH=$RIGHT_PATH exec systemctl "$@"
`;
}

interface StatusJson {
  readonly agents: readonly { readonly name: string; readonly state: string }[];
}

/** Lists impossible statements of a plan and a status made during an apply between two versions. */
function strangenessOf(
  { agents, unmanaged, refusals, summary }: PlannedFleet,
  status: StatusJson,
  between: readonly number[],
): readonly string[] {
  const known = new Set(["same", "first", "second", ...between.map((number) => `only-${number}`)]);
  const same = agents.find(({ name }) => name === "same");
  return [
    ...agents.filter(({ name }) => !known.has(name)).map(({ name }) => `plan: unknown agent ${name}`),
    ...status.agents
      .filter(({ name }) => !known.has(name))
      .map(({ name }) => `status: unknown agent ${name}`),
    ...unmanaged.map(({ kind, name }) => `plan: unmanaged ${kind} ${name}`),
    ...refusals.map(({ guard }) => `plan: refused by ${guard}`),
    ...(summary.blocked > 0 ? [`plan: ${summary.blocked} blocked`] : []),
    ...(same?.action === "none" ? [] : [`plan: same is to be ${same?.action}`]),
    ...status.agents
      .filter(({ name, state }) => name === "same" && state !== "running")
      .map(({ state }) => `status: same is ${state}`),
    ...status.agents
      .filter(({ state }) => state === "failed" || state === "unmanaged")
      .map(({ name, state }) => `status: ${name} is ${state}`),
  ];
}
