import type { Colors } from "../terminal/colors.ts";
import { took, wording, type Wording } from "../../diagnostics/wording.ts";
import {
  undoneActions,
  type ApplyOutcome,
  type ApplyEvent,
  type KilledAgent,
  type AgentFailure,
} from "../../events/apply-events.ts";
import { stayedLines, withoutStayed } from "./stayed-text.ts";
import type { AgentActionKind } from "../../plan/agent-plan.ts";
import { pastActions } from "../../events/watch-events.ts";
import type { Action, Plan } from "../../plan/types.ts";
import { namesText } from "../alike.ts";
import { milliseconds } from "../terminal/wording-text.ts";
import { kindCounts } from "../kind-counts.ts";
import { visible } from "../terminal/display-text.ts";
import { killedPhrase, waitPhrase } from "../phrases.ts";
import { count, listOf } from "../../text/counting.ts";

const pastTense: Readonly<Record<Action["kind"], string>> = {
  "write-file": "Wrote",
  "remove-file": "Removed",
  link: "Enabled",
  unlink: "Disabled",
  "set-mode": "Narrowed",
  "daemon-reload": "Reloaded",
  "reset-failed": "Reset",
  start: "Started",
  stop: "Stopped",
  restart: "Restarted",
  "kill-session": "Closed",
  tag: "Marked",
  log: "Turned",
  windows: "Arranged",
  "recreate-socket": "Made again",
};

const nouns: Readonly<Record<Action["kind"], string>> = {
  "write-file": "file",
  "remove-file": "file",
  link: "unit",
  unlink: "unit",
  "set-mode": "folder",
  "daemon-reload": "systemd user manager",
  "reset-failed": "unit",
  start: "unit",
  stop: "unit",
  restart: "unit",
  "kill-session": "session",
  tag: "session",
  log: "log",
  windows: "set of windows",
  "recreate-socket": "socket of a tmux server",
};

/** Progress of an apply: a line when a call that may take a while is done. Files are too quick to be worth one. */
export function applyEventLine(
  event: ApplyEvent,
  services: ReadonlySet<string>,
  colors: Colors,
): string | undefined {
  const { kind } = event.actions[0] ?? { kind: "daemon-reload" as const };
  if (event.kind === "outlasting") {
    return colors.dim(`Still ${presentParticiples[kind] ?? kind}: ${slowNames(event)}. The others go on.`);
  }
  if (event.kind !== "finished") return undefined;
  switch (kind) {
    case "write-file":
    case "remove-file":
    case "link":
    case "unlink":
    case "set-mode":
    case "reset-failed":
    case "tag":
    case "log":
    case "windows":
      return undefined;
    case "daemon-reload":
      return colors.dim(`Reloaded the systemd user manager (${milliseconds(event.ms)})`);
    case "start":
    case "stop":
    case "restart":
    case "kill-session":
    case "recreate-socket":
      return colors.dim(
        `${pastTense[kind]} ${affected(event.actions, nouns[kind], services)} (${milliseconds(event.ms)})${laterPhrase(event)}`,
      );
  }
}

function laterPhrase({ later = 0 }: Extract<ApplyEvent, { readonly kind: "finished" }>): string {
  return later === 0 ? "" : `; ${later} more in turns`;
}

/** The words for a long call, such as "stopping". */
const presentParticiples: Partial<Readonly<Record<Action["kind"], string>>> = {
  start: "starting",
  stop: "stopping",
  restart: "restarting",
};

/** The most agents of a queue to name with their waits. */
const namedQueue = 2;

/** Returns the names of the slow agents, each with the step systemd waits for. */
function slowNames({ actions, waits }: Extract<ApplyEvent, { readonly kind: "outlasting" }>): string {
  const now = Date.now();
  const queued = actions.filter(({ agent }) => agent !== undefined && waits?.get(agent)?.kind === "turn");
  if (queued.length > namedQueue) {
    const others = actions
      .filter((action) => !queued.includes(action))
      .map(({ agent, target }) => agent ?? target);
    const names = visible(namesText(queued.flatMap(({ agent }) => agent ?? [])));
    return `${names}, which wait for their turn${others.length === 0 ? "" : `, and ${visible(listOf(others))}`}`;
  }
  const targetName = ({ agent, target }: Action): string => {
    const wait = agent === undefined ? undefined : waits?.get(agent);
    return visible(agent ?? target) + (wait === undefined ? "" : ` (${visible(waitPhrase(wait, now))})`);
  };
  return listOf(actions.map(targetName));
}

/** Returns `8 agents`, or `8 agents, 1 service and the tmux holder`; other things by their noun. */
function affected(actions: readonly Action[], noun: string, services: ReadonlySet<string>): string {
  if (noun !== "unit") return count(actions.length, noun);
  const counts = { agents: 0, services: 0, timers: 0, others: 0 };
  for (const { agent, target } of actions) {
    if (agent === undefined) counts.others += 1;
    else if (target.endsWith(".timer")) counts.timers += 1;
    else if (services.has(agent)) counts.services += 1;
    else counts.agents += 1;
  }
  return kindCounts(counts);
}

/** Tells of killed agents, a line for each time that they were given. */
export function killedLines(killed: readonly KilledAgent[], colors: Colors): readonly string[] {
  const times = [...new Set(killed.map(({ afterMs }) => afterMs))].toSorted((a, b) => a - b);
  return times.map((time) => {
    const names = killed.filter(({ afterMs }) => afterMs === time).map(({ name }) => name);
    return `${colors.yellow(sentence(killedPhrase(time)))}, the stopTimeout: ${visible(namesText(names))}`;
  });
}

/** The most undone actions to name. */
const listedActions = 10;

/** Returns the end of an apply as lines: its actions, done and not done. */
export function applyResult(
  plan: Plan,
  outcome: ApplyOutcome,
  failures: readonly AgentFailure[],
  ms: number,
  colors: Colors,
  verified = true,
  verb: ResultVerb = "apply",
): readonly Wording[] {
  const unfinished = undoneActions(outcome);
  const { interruptedBy } = outcome;
  if (unfinished.length > 0) {
    const title =
      interruptedBy === undefined ? `${titles[verb]} incomplete:` : `Interrupted by ${interruptedBy}:`;
    return [
      `${colors.red(title)} ${outcome.done.length} of ${plan.actions.length} actions done. Not done:`,
      ...unfinished.slice(0, listedActions).map((action) => undoneLine(action, outcome)),
      ...(unfinished.length > listedActions ? [`  and ${unfinished.length - listedActions} more`] : []),
      ...queuedLines(outcome),
      ...stayedLines(outcome),
      `${sentence(howToGoOn(outcome))}.`,
    ];
  }
  if (interruptedBy !== undefined || !verified) {
    const title =
      interruptedBy === undefined ? "Applied, but not verified:" : `Interrupted by ${interruptedBy}:`;
    const all = `all ${count(plan.actions.length, "action")} done`;
    return [`${colors.yellow(title)} ${all}, but it is unknown whether the agents run. See fleet status.`];
  }
  const done = withoutStayed(plan, outcome);
  return [
    wording`${headline(plan, failures, verb, colors)} ${doneCounts(done, verb)}${leftOutPhrase(done)} ${took(ms)}.`,
    ...stayedLines(outcome),
  ];
}

/** The command that executes a plan. */
export type Verb = "apply" | "restart" | "start" | "stop" | "adopt";

/** The verb of a result: a destroy has a planner of its own. */
type ResultVerb = Verb | "destroy";

const titles: Readonly<Record<ResultVerb, string>> = {
  apply: "Apply",
  restart: "Restart",
  start: "Start",
  stop: "Stop",
  adopt: "Adoption",
  destroy: "Destroy",
};

const pastAction: Partial<Readonly<Record<AgentActionKind, string>>> = { ...pastActions, adopt: "adopted" };

/** Counts of an apply in Terraform's words; those of another command in its own. */
function doneCounts({ summary, agents }: Plan, verb: ResultVerb): string {
  if (verb === "apply") {
    const { add, change, restart, remove } = summary;
    return `${add} added, ${change} changed, ${restart} restarted, ${remove} removed`;
  }
  const counts = new Map<string, number>();
  for (const { action } of agents) {
    const word = pastAction[action];
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, number]) => `${number} ${word}`).join(", ") || "nothing to do";
}

/** Returns a hint for a run that did not execute its whole plan. */
export function howToGoOn({ interruptedBy, isOnce = false }: ApplyOutcome): string {
  const cause = interruptedBy === undefined ? " when the cause is fixed" : "";
  return isOnce
    ? `a saved plan is done once: fleet apply does the rest${cause}, or a new plan`
    : `run it again${cause}: it goes on from here`;
}

function sentence(hint: string): string {
  return hint.charAt(0).toUpperCase() + hint.slice(1);
}

/** Returns a line about agents systemd starts after an interrupted run. */
function queuedLines({ queued = [] }: ApplyOutcome): readonly string[] {
  const names = queued.flatMap(({ agent }) => agent ?? []);
  if (names.length === 0) return [];
  const [wait, them] = names.length === 1 ? ["waits", "it"] : ["wait", "them"];
  const listed = names.length > listedActions ? "AGENT…" : visible(names.join(" "));
  return [
    `${count(names.length, "agent")} still ${wait} for a turn, and systemd starts ${them} then. To prevent that: fleet stop ${listed}`,
  ];
}

function undoneLine(action: Action, { unknown = [], queued = [] }: ApplyOutcome): string {
  const doubt = unknown.includes(action)
    ? " (unknown whether it was done)"
    : queued.includes(action)
      ? " (waits for its turn)"
      : "";
  return `  ${action.kind} ${visible(action.target)}${doubt}`;
}

function headline(
  { summary }: Plan,
  failures: readonly AgentFailure[],
  verb: ResultVerb,
  colors: Colors,
): string {
  if (failures.length > 0) return colors.yellow("Applied, but agents failed:");
  return summary.blocked > 0
    ? colors.yellow("Applied, but agents are blocked:")
    : colors.green(`${titles[verb]} complete:`);
}

function leftOutPhrase({ summary: { pending, blocked } }: Plan): string {
  return `${pending > 0 ? `, ${pending} waiting` : ""}${blocked > 0 ? `, ${blocked} blocked` : ""}`;
}
