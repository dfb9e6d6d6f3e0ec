import { beforeAll, describe, expect, it } from "vitest";
import { measured } from "../../support/rig/measured.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { waits, type PlannedFleet } from "../../support/fleet/fleet.ts";
import {
  differences,
  expectFewMissed,
  inLanes,
  killedAt,
  killHook,
  momentsOf,
  usualMoments,
  worthTrying,
  type Kill,
} from "../../support/faults/kills.ts";
import { openLane, type Lane } from "../../support/faults/lane.ts";
import { sessionState } from "../../support/fleet/state.ts";

const steady = { env: { GEN: "steady" } };

/** Two days of a fleet, in turn. Whichever comes next adds, restarts, removes and changes settings; one stops, one starts. */
const days = {
  odd: {
    same: steady,
    edited: { env: { GEN: "odd" } },
    settings: { ...steady, resources: { tasksMax: 100 } },
    gone: { ...steady, description: "has a drop-in" },
    halted: steady,
  },
  even: {
    same: steady,
    edited: { env: { GEN: "even" } },
    settings: { ...steady, resources: { tasksMax: 200 } },
    fresh: { ...steady, description: "has a drop-in" },
    halted: { ...steady, state: "stopped" },
  },
} as const;
type Day = keyof typeof days;

const dayBefore: Record<Day, Day> = { odd: "even", even: "odd" };

describe("an apply that is killed with -9", () => {
  const box = useSandbox({ visible: killHook });
  let lanes: readonly Lane[];
  /** The moments of an undisturbed apply, with the first lane's name in them. */
  let moments: Readonly<Record<Day, readonly string[]>>;
  /** The state of each lane after it. */
  const wanted = new Map<string, readonly string[]>();
  /** The day of each lane. */
  const today = new Map<Lane, Day>();
  /** Moments that did not come: if a stop takes long, an apply does other things first. */
  const missed: string[] = [];

  beforeAll(async () => {
    await box.sh("tmux new-session -d -s edited 'exec sleep 1000'");
    lanes = ["anna", "bert"].map((name) => openLane(box, name));
    const recorded = await Promise.all(lanes.map(setUp));
    const [even, odd] = [0, 1].map((day) => recorded.map((runs) => runs[day] ?? []));
    moments = {
      even: usualMoments(even ?? [], recorded.flat()),
      odd: usualMoments(odd ?? [], recorded.flat()),
    };
    expect(moments.even).toContain("after systemctl restart");
    expect(moments.odd).toContain("after systemctl restart");
  });

  /** Brings a lane there and back and notes the observable states, next to things of the user's own that must stay. */
  async function setUp(lane: Lane): Promise<readonly (readonly string[])[]> {
    const runtimes = { quiet: { command: waits } };
    const defaults = { runtime: "quiet", onChange: "restart" };
    for (const day of ["odd", "even"] as const)
      await lane.declare(day, { runtimes, defaults, agents: days[day] });
    await lane.succeed("odd", ["apply", "--yes"]);
    const tmux = ["tmux", "-N", "-L", `${lane.name}-factory`];
    await box.run([...tmux, "new-session", "-d", "-s", "guest", "exec sleep 1000"]);
    await box.write(`~/.config/${lane.name}/fleet/agents/mine.env`, "MINE=1\n", 0o640);
    await box.write(
      `~/.config/systemd/user/${lane.name}-agent@gone.service.d/mine.conf`,
      "[Service]\nNice=1\n",
    );
    await box.write(`~/.config/systemd/user/${lane.name}.service`, "[Service]\nExecStart=sleep 1000\n");
    await box.sh(`systemctl --user daemon-reload && systemctl --user start ${lane.name}.service`);

    const found = [];
    for (const day of ["even", "odd"] as const) {
      await lane.forgetCache();
      await lane.forgetStates();
      const came = await momentsOf(box, (env) => lane.succeed(day, ["apply", "--yes"], env));
      found.push(came.map((moment) => moment.replaceAll(lane.name, "anna")));
      wanted.set(`${lane.name} ${day}`, lasting(await lane.state()));
      expect(await lane.plan(day)).toMatchObject({ actions: [], summary: { pending: 0, blocked: 0 } });
      today.set(lane, day);
    }
    return found;
  }

  it("is finished by the next one after any moment, which does only the rest", async () => {
    const before = await sessionState(box, "default");
    const kills = (["even", "odd"] as const).flatMap((goal) =>
      moments[goal].map((moment) => ({ goal, moment })),
    );
    const tried = worthTrying(kills);
    const began = performance.now();
    const problems = await inLanes(lanes, tried, (lane, { goal }) => goal !== today.get(lane), kill);
    const seconds = Math.round((performance.now() - began) / 1000);
    measured(`apply: killed at ${tried.length - missed.length} of ${kills.length} moments, in ${seconds} s`);
    expect(problems).toEqual([]);
    expectFewMissed(missed, tried.length);
    expect(await sessionState(box, "default")).toEqual(before);
  }, 600_000);

  async function kill(
    lane: Lane,
    { goal, moment, next: nextMoment = "" }: Kill<Day>,
  ): Promise<readonly string[]> {
    const problems: string[] = [];
    const say = (...lines: readonly string[]): void =>
      void problems.push([`${moment}, on the way to ${goal} in ${lane.name}:`, ...lines].join("\n"));
    const isAt = (pattern: RegExp): boolean => pattern.test(moment) || pattern.test(nextMoment);
    const inCache = isAt(/\.cache\//);
    const isPastRestart = isAt(/^after systemctl restart/);
    // An observation that is made twice comes before the restart, and has the same names.
    const mayBePast = isPastRestart || isAt(/^before (?:systemctl list-units|tmux display-message) #2$/);
    const attempt = async (): Promise<{ killed: Ran; runBefore: string }> => {
      if (today.get(lane) === goal) await lane.succeed(dayBefore[goal], ["apply", "--yes"]);
      today.set(lane, goal);
      if (inCache) await lane.forgetCache();
      if (isAt(/\/fleet\/states\b/)) await lane.forgetStates();
      const runBefore = mayBePast ? await runOf(lane, "edited") : "";
      const at = killedAt(moment.replaceAll("anna", lane.name));
      return { killed: await lane.fleet(goal, ["apply", "--yes"], at), runBefore };
    };
    let { killed, runBefore } = await attempt();
    // Whether it does other things first changes from run to run.
    if (killed.code === 0) ({ killed, runBefore } = await attempt());
    if (killed.code === 0) missed.push(moment);
    else if (killed.code !== 137) say(`it was not killed: exit ${killed.code}`, killed.stdout, killed.stderr);
    const runKilled = mayBePast ? await runOf(lane, "edited") : "";
    if (inCache) await lane.ageCache();
    const flag = `/run/user/${box.uid}/mosaic-fleet/${lane.name}.reload-pending`;
    const isReloadDue = await box.read(flag).then(
      () => true,
      () => false,
    );
    const next = await lane.fleet(goal, ["apply", "--yes", "--json", "--lock-timeout", "10s"]);
    if (next.code !== 0) {
      say(`the next apply: exit ${next.code}`, next.stdout, next.stderr);
      return problems;
    }
    // Only a recorded run whose stop took long has a file of systemd after its restart.
    const isBeforeReload = !isPastRestart && isAt(/systemd\/user\/|systemctl daemon-reload/);
    if (killed.code !== 0 && isBeforeReload && !isReloadDue) say("nothing tells that a reload is due");
    const { plan } = JSON.parse(next.stdout) as { plan: PlannedFleet };
    if (plan.summary.daemonReload !== (isReloadDue || plan.actions.some(changesUnits)))
      say(`the next apply ${plan.summary.daemonReload ? "reloads for nothing" : "does not reload"}`);
    if (isPastRestart && killed.code === 137 && runKilled === runBefore) say("it was not restarted");
    const isRestarted = mayBePast && runKilled !== runBefore;
    if (isRestarted && plan.actions.some(({ kind }) => kind === "restart"))
      say("the next apply restarts it again");

    const difference = differences(wanted.get(`${lane.name} ${goal}`) ?? [], lasting(await lane.state()));
    if (difference.length > 0)
      say(
        "the state differs",
        ...difference,
        "after these actions:",
        JSON.stringify(plan.actions),
        next.stderr,
      );
    const { actions, summary } = await lane.plan(goal);
    if (actions.length + summary.pending + summary.blocked > 0)
      say("the plan is not empty", JSON.stringify(actions));
    return problems;
  }

  /** Returns an id of the present run of an agent's unit. */
  async function runOf(lane: Lane, agent: string): Promise<string> {
    const unit = `${lane.name}-agent@${agent}.service`;
    return (await box.run(["systemctl", "--user", "show", "--property=InvocationID", "--value", unit]))
      .stdout;
  }
});

function changesUnits({ kind, target }: PlannedFleet["actions"][number]): boolean {
  const isFile = ["write-file", "remove-file", "link", "unlink"].includes(kind);
  return isFile && target.includes("/systemd/user/");
}

/** Returns the lines that must be the same after every apply to the same day, without those changed by a start. */
function lasting(state: readonly string[]): readonly string[] {
  return state.map((line) => {
    if (/^unit .*agent@(?:edited|halted|gone|fresh)\.service/.test(line))
      return line.replace(/MainPID=\d+/, "MainPID").replace(/InvocationID=\S+/, "InvocationID");
    if (line.startsWith("pane edited ")) return line.replace(/(%\d+) \d+/, "$1 PID");
    return line.replace(/^pane (halted|gone|fresh) \$\d+ %\d+ \d+/, "pane $1");
  });
}
