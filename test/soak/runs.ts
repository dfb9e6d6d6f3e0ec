import type { PlannedFleet } from "../support/fleet/fleet.ts";
import { isDueLater, wrongsAfterApply } from "./after-apply.ts";
import { differs, type Ground } from "./ground.ts";
import { isNapper, saidBy, wrongsOfDeeds, wrongsOfOutput, type Asked } from "./judge.ts";
import type { Declared } from "./model.ts";
import type { Cut, Wish } from "./steps.ts";
import { mainDetail } from "../support/plan/detail.ts";
import { isBusy, reasonOf, type AgentPlan } from "../../src/plan/agent-plan.ts";

/** The output of `fleet apply --json` and similar commands, as far as a walk reads it. */
interface Said {
  readonly plan: PlannedFleet;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly agentsFailed: readonly { readonly name: string }[];
}

/** Runs a command to its end. It does exactly what it says. Returns undefined if it could not even plan. */
export async function applyAs(
  ground: Ground,
  asked: Asked,
  args: readonly string[],
  allowed: readonly number[],
): Promise<Said | undefined> {
  const before = ground.last;
  ground.remember();
  const ran = await ground.fleet([asked.verb, ...args, "--json", "-v"]);
  const after = await ground.settle();
  ground.check(wrongsOfOutput(ran, allowed), ran);
  if (ran.code > 6) {
    ground.check(differs(`a run that exits with ${ran.code}`, before, after), ran);
    return undefined;
  }
  const said = JSON.parse(ran.stdout) as Said;
  ground.judge({ asked, before, after, said: saidBy(said.plan) }, ran);
  if (said.plan.refusals.length > 0) {
    const isRefused = ran.code === 6 ? [] : ["it does not exit with 6"];
    ground.check([...differs("what was refused", before, after), ...isRefused], ran);
    return said;
  }
  const deeds = wrongsOfDeeds(said.plan, { before, after }, ran.stderr, ground.box.home);
  const fallen = said.agentsFailed.filter(({ name }) => ground.declared[name]?.command !== "fails");
  ground.check(
    [
      ...deeds,
      ...[...said.failed, ...said.skipped].map((id) => `not done: ${id}`),
      ...fallen.map(({ name }) => `${name} is said not to run`),
    ],
    ran,
  );
  return said;
}

/** Applies, and checks all conditions before and after it. */
export async function applyFully(
  ground: Ground,
  names: readonly string[],
  flags: readonly string[],
): Promise<void> {
  const args = [...flags, ...names];
  const first = await ground.plan(args);
  const asked = { verb: "apply", agents: names, now: flags.includes("--now") };
  const said = await applyAs(ground, asked, ["--yes", ...args], [0, 4, 6]);
  ground.figures.applies++;
  if (said === undefined) return;
  ground.check(disagreements(first, said.plan, ground.declared));
  if (said.plan.refusals.length > 0) return applyFully(ground, names, [...flags, "--allow-remove-all"]);
  const second = await ground.plan(args);
  const failed = said.agentsFailed.map(({ name }) => name);
  const { declared, generations } = ground;
  ground.check(
    wrongsAfterApply({ declared, plan: second, look: ground.last, agents: names, failed, generations }).map(
      (wrong) => `after apply: ${wrong}`,
    ),
  );
  if (names.length === 0) forgive(second, ground);
  if (failed.length > 0 || second.agents.some((agent) => isDueLater(agent, declared))) return;
  const before = ground.last;
  const again = await ground.fleet(["apply", "--yes", "--json", "-v", ...args]);
  const after = await ground.settle("no change");
  ground.check([...wrongsOfOutput(again, [0, 6]), ...differs("a second apply", before, after)], again);
}

/** Forgets the spoilt env files that are as declared again: they say `protect` again. */
function forgive({ agents }: PlannedFleet, { spoilt }: Ground): void {
  for (const { name, action } of agents) if (action === "none") spoilt.delete(name);
}

const cutCodes = { KILL: [137], INT: [130], TERM: [130, 143] } as const;

/** Applies and kills the run: it may have done a part of its plan. */
export async function applyCut(
  ground: Ground,
  names: readonly string[],
  flags: readonly string[],
  cut: Cut,
): Promise<void> {
  const args = [...flags, ...names];
  const planned = await ground.plan(args);
  const before = ground.last;
  ground.remember();
  const ran = await ground.fleet(["apply", "--yes", ...args], cut);
  const after = await ground.settle();
  ground.figures[cut.signal === "KILL" ? "kills" : "interruptions"]++;
  ground.check(wrongsOfOutput(ran, [0, 4, 6, ...cutCodes[cut.signal]]), ran);
  const asked = { verb: "apply", agents: names, now: flags.includes("--now") };
  ground.judge({ asked, before, after, said: saidBy(whenAsleep(planned, ground.declared)) }, ran);
}

/** Applies twice at the same time: the second waits for the other's end or is locked out. */
export async function twoApplies(ground: Ground, waits: boolean): Promise<void> {
  const planned = await ground.plan(["--allow-remove-all"]);
  const before = ground.last;
  ground.remember();
  const args = ["apply", "--yes", "--allow-remove-all"];
  const patience = waits ? ["--lock-timeout", "60s"] : [];
  const rans = await Promise.all([ground.fleet(args), ground.fleet([...args, ...patience])]);
  const after = await ground.settle();
  ground.figures.applies += 2;
  ground.check(
    rans.flatMap((ran) => wrongsOfOutput(ran, [0, 4, 5, 6])),
    ...rans,
  );
  ground.check(rans.every(({ code }) => code === 5) ? ["both were locked out"] : [], ...rans);
  const asked = { verb: "apply", agents: [], now: false };
  ground.judge({ asked, before, after, said: saidBy(whenAsleep(planned, ground.declared)) }, ...rans);
}

/** Runs a command for a single agent. It happens to this agent unless it is blocked, and to no other. */
export async function wishFor(ground: Ground, verb: Wish, agent: string): Promise<void> {
  const yes = verb === "suspend" || verb === "resume" ? [] : ["--yes"];
  const said = await applyAs(ground, { verb, agents: [agent], now: false }, [agent, ...yes], [0, 4, 6, 64]);
  if (said === undefined || said.plan.agents.some(({ action }) => action === "blocked")) return;
  const { units, processes } = ground.last;
  const runs = units.get(agent)?.active === "active";
  const fails = said.agentsFailed.some(({ name }) => name === agent);
  const isLeft = runs || processes.some(({ who }) => who === agent);
  if (verb === "stop") ground.check(isLeft ? [`${agent} runs after stop`] : []);
  if (verb === "restart" || verb === "start") {
    ground.check(runs || fails ? [] : [`${agent} does not run after ${verb}`]);
  }
}

/** Removes the fleet, or a part of it after a cut, and makes it again. */
export async function destroy(ground: Ground, cut: Cut | undefined): Promise<void> {
  const before = ground.last;
  const asked = { verb: "destroy", agents: [], now: false };
  if (cut === undefined) await applyAs(ground, asked, ["--yes"], [0, 6]);
  else {
    const ran = await ground.fleet(["destroy", "--yes"], cut);
    const after = await ground.settle();
    ground.figures[cut.signal === "KILL" ? "kills" : "interruptions"]++;
    ground.check(wrongsOfOutput(ran, [0, 6, ...cutCodes[cut.signal]]), ran);
    ground.judge({ asked, before, after, said: undefined }, ran);
  }
  await applyFully(ground, [], []);
}

/**
 * Returns a plan as it will be after all agents have fallen idle that can within a walk: then their deferred changes
 * are due.
 */
function whenAsleep(planned: PlannedFleet, declared: Declared): PlannedFleet {
  const agents = planned.agents.map((agent): AgentPlan => {
    if (!isBusy(agent) || !isNapper(declared[agent.name])) return agent;
    const { name, reason, changes } = agent;
    return { name, action: "restart", reason, cost: "none", changes };
  });
  return { ...planned, agents };
}

/**
 * Returns the differences between the plan of an apply and a plan a moment before. Agents that fell idle in between may
 * be restarted.
 */
function disagreements(first: PlannedFleet, second: PlannedFleet, declared: Declared): readonly string[] {
  const of = (plan: PlannedFleet, name: string): string => {
    const agent = plan.agents.find((one) => one.name === name);
    return `${agent?.action} ${agent && reasonOf(agent)} ${agent && mainDetail(agent)}`;
  };
  const names = new Set([...first.agents, ...second.agents].map(({ name }) => name));
  return [...names]
    .filter((name) => of(first, name) !== of(second, name) && !isNapper(declared[name]))
    .map((name) => `plan said of ${name}: ${of(first, name)}; apply: ${of(second, name)}`);
}
