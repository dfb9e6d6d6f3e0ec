import type { FleetConfig } from "../../config/types.ts";
import { agentUnit, layoutOf } from "../../desired/layout.ts";
import { fail, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording, type Wording } from "../../diagnostics/wording.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { statusJson } from "../../report/status/status-json.ts";
import { count } from "../../text/counting.ts";
import { exactDuration } from "../../report/phrases.ts";
import { listenForSignals } from "../../system/signals.ts";
import { openPathWatcher } from "../../watch/paths/path-watcher.ts";
import { activityToWatch } from "../../watch/source/follow-machine.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { WaitFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { lookAtFleet, type StatusLook } from "../status/look.ts";
import { activitiesWanted } from "../status/wanted.ts";
import { createGoal, type Goal } from "./goal.ts";

type StatusRows = StatusLook["status"]["agents"];

/** The time from a change to a look, ms: changes come in groups. */
const quietMs = 50;
/** The time until a look without news, ms: a screen makes no event. */
const resyncMs = 10_000;

/** Runs `fleet wait`: returns once the agents do what is asked for. Holds no lock, and changes nothing. */
export async function waitCommand(
  context: Context,
  selection: Selection,
  { activity = "idle", state, timeout, hold, any = false }: WaitFlags,
): Promise<ExitCode> {
  const activities = await activitiesWanted(activity);
  if (!activities.ok) return report(context, activities.diagnostics);
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const isForIdle = state === undefined && activities.value.includes("idle");
  const goal = createGoal({
    wanted: state ?? activities.value,
    holdMs: hold ?? (isForIdle ? 1_000 : 0),
    isAny: any,
  });
  const words = state ?? activities.value.join(" or ");
  const lookAtAll = (): Promise<Result<StatusLook>> => lookAtFleet(config.value, selection, [], context);
  return watchGoal(config.value, lookAtAll, goal, { words, deadlineMs: timeout }, context);
}

async function watchGoal(
  config: FleetConfig,
  look: () => Promise<Result<StatusLook>>,
  goal: Goal,
  { words, deadlineMs }: { readonly words: string; readonly deadlineMs: number | undefined },
  context: Context,
): Promise<ExitCode> {
  const { machine, output } = context;
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  const began = performance.now();
  const signals = listenForSignals(() => undefined, context.caller?.stop);
  const { soon } = signals.stopSignals;
  let wakeUp: () => void = () => undefined;
  let isNews = true;
  let isFirst = true;
  const watcher = openPathWatcher(() => {
    isNews = true;
    wakeUp();
  });
  const prefix = agentUnit(layout, "").replace(/\.service$/, "");
  await watcher.update([
    activityToWatch(layout),
    {
      path: `${machine.runtimeDir}/systemd/units`,
      cause: "drift",
      children: (name) => name.replace(/^invocation:/, "").startsWith(prefix),
    },
  ]);
  soon.addEventListener("abort", () => wakeUp());
  try {
    for (;;) {
      isNews = false;
      const seen = await look();
      if (!seen.ok) return report(context, seen.diagnostics);
      const { status } = seen.value;
      const { able, unable } = ableTo(status.agents, words);
      if (isFirst && unable.length > 0) {
        if (able.length === 0) return report(context, [noActivityProblem(unable)]);
        output.remark(`Left out, because a service has no activity: ${unable.join(", ")}.`);
      }
      const { reached, impossible, left, againMs } = goal.judge(able, performance.now());
      if (reached) {
        output.text(able.filter(({ name }) => !left.includes(name)).map(({ name }) => `${name} is ${words}`));
        output.json(statusJson(status));
        return exitCodes.ok;
      }
      context.caller?.onProgress(`${able.length - left.length} of ${count(able.length, "agent")} ${words}`);
      if (impossible.length > 0)
        return report(context, [isFirst ? downProblem(impossible, words) : endedProblem(impossible, words)]);
      if (isFirst) tellUnknown(able, words, output);
      isFirst = false;
      const restMs = deadlineMs === undefined ? Infinity : deadlineMs - (performance.now() - began);
      if (restMs <= 0) return report(context, [lateProblem(left, words, deadlineMs ?? 0)]);
      if (soon.aborted) return exitCodes.interrupted;
      if (!isNews) await pauseUntilWoken(Math.min(againMs ?? resyncMs, restMs), (awake) => (wakeUp = awake));
      if (soon.aborted) return exitCodes.interrupted;
      if (isNews) await pauseUntilWoken(quietMs, () => undefined);
    }
  } finally {
    watcher.close();
    signals.end();
  }
}

/** Waits for some ms, or until the function that `given` gets is called. */
function pauseUntilWoken(ms: number, given: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    given(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Returns the agents of a wait, and the names of those that can never get there: a service has states, and no activity. */
function ableTo(
  rows: StatusRows,
  words: string,
): { readonly able: StatusRows; readonly unable: readonly string[] } {
  const able = isStateWord(words) ? rows : rows.filter(({ kind }) => kind !== "service");
  return { able, unable: rows.filter((row) => !able.includes(row)).map(({ name }) => name) };
}

function isStateWord(words: string): boolean {
  return words === "running" || words === "ended";
}

function noActivityProblem(names: readonly string[]): Diagnostic {
  const are = names.length === 1 ? "is a service, and has" : "are services, and have";
  return waitProblem(
    "bad-usage",
    `${names.join(", ")} ${are} no activity to wait for`,
    wording`wait for its state: ${fleetCommand("wait")} ${names.join(" ")} --state running, or ended`,
  );
}

function endedProblem(names: readonly string[], words: string): Diagnostic {
  return waitProblem(
    "agent-ended",
    `${names.join(", ")} ended before being ${words}`,
    wording`${fleetCommand("status")} shows why`,
  );
}

/** Explains a wait for agents that did not run at its beginning. */
function downProblem(names: readonly string[], words: string): Diagnostic {
  const [verb, them] = names.length === 1 ? ["does", "it"] : ["do", "them"];
  return waitProblem(
    "agent-ended",
    `${names.join(", ")} ${verb} not run, and so will not be ${words}`,
    wording`${fleetCommand("status")} shows why, and \`${fleetCommand("start")} ${names.join(" ")}\` starts ${them}`,
  );
}

/** Tells of agents whose activity nothing shows yet: for a program that is not known, this wait may have no end. */
function tellUnknown(agents: StatusRows, words: string, output: Context["output"]): void {
  const silent = agents.filter(
    ({ state, activity }) => state === "running" && (activity?.state ?? "unknown") === "unknown",
  );
  if (silent.length === 0 || isStateWord(words)) return;
  output.remark(`Nothing tells yet what ${nameList(silent.map(({ name }) => name))} does; waiting for that.`);
}

function nameList(names: readonly string[]): string {
  return names.length > 3 ? `each of ${names.length} agents` : names.join(" or ");
}

function lateProblem(names: readonly string[], words: string, ms: number): Diagnostic {
  return waitProblem(
    "timed-out",
    `not ${words} within ${exactDuration(ms)}: ${names.join(", ")}`,
    wording`${fleetCommand("status")} shows what they do`,
  );
}

function waitProblem(code: Diagnostic["code"], summary: string, hint: Wording): Diagnostic {
  const failed = fail(code, summary, { hint });
  return failed.ok
    ? { severity: "error", code, summary }
    : (failed.diagnostics[0] ?? { severity: "error", code, summary });
}
