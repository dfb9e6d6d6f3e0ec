import type { Refusal } from "../../plan/allowances.ts";
import { wording, type Wording } from "../../diagnostics/wording.ts";
import type { Colors } from "../terminal/colors.ts";
import { waitsForEnd, type PendingAgent } from "../../plan/agent-plan.ts";
import type { Action, FileChange, Plan } from "../../plan/types.ts";
import { isSocketPlan } from "../../plan/fleet/plan-socket.ts";
import { isInLine, overriddenAgents } from "../../plan/summary.ts";
import { deviationNotes } from "./deviation-text.ts";
import { noteWording } from "./note-text.ts";
import { diffText } from "./agents/diff-text.ts";
import { refusalText } from "./refusal-text.ts";
import { visible } from "../terminal/display-text.ts";
import { agentLines } from "./agents/agent-lines.ts";
import type { SpotOf } from "./agents/missing-text.ts";
import { changePhrase } from "../change-text.ts";
import { joinAlike, namesText, rangesOf } from "../alike.ts";
import { sharedNames, suspensionPhrase } from "../phrases.ts";
import { visibleWording } from "../terminal/wording-text.ts";
import { count } from "../../text/counting.ts";

/** Returns a plan for people, as lines. `verbose` lists every action as well; `spotOf` finds lines of fleet.yaml. */
export function planText(plan: Plan, colors: Colors, verbose: boolean, spotOf?: SpotOf): readonly Wording[] {
  const agents = plan.agents.filter(({ action }) => action !== "none");
  const body = [
    ...plan.shared.flatMap((change) => [sharedLine(change, colors), ...diffText(change, colors, verbose)]),
    ...agentLines(agents, colors, verbose, spotOf),
    ...(isSocketPlan(plan)
      ? [`  ${colors.yellow("~")} tmux server: the file of its socket will be made again`]
      : []),
    ...(needsExplaining(plan) ? [`  ${colors.yellow("~")} systemd user manager: reload is due`] : []),
  ];
  return [
    ...body,
    ...(body.length > 0 ? [""] : []),
    ...(verbose && plan.actions.length > 0
      ? ["Actions, in order:", ...plan.actions.map(actionLine), ""]
      : []),
    ...unmanagedLines(plan, colors),
    ...suspendedLines(plan, colors),
    ...[...deviationNotes(plan), ...plan.notes.map(noteWording)].map(
      (note) => wording`${colors.cyan("Note:")} ${visibleWording(note)}`,
    ),
    ...plan.refusals.map((refusal) => refusalLine(refusal, colors)),
    summaryLine(plan, colors),
  ];
}

/** Returns true if a cut-off reload is the only thing left to do. */
function needsExplaining({ actions }: Plan): boolean {
  return actions.length === 1 && actions[0]?.reason === "reload-pending";
}

function sharedLine(change: FileChange, colors: Colors): string {
  const { role, reason } = change;
  const color = reason === "new" ? colors.green : colors.yellow;
  const why = visible(changePhrase(change));
  return `  ${color(reason === "new" ? "+" : "~")} ${sharedNames[role]}: ${why}`;
}

function actionLine({ kind, target, cost }: Action): string {
  return `  ${kind.padEnd(13)} ${visible(target)}${cost === "none" ? "" : "  (interrupts)"}`;
}

function unmanagedLines(plan: Plan, colors: Colors): readonly string[] {
  return unmanagedNotes(plan).map((note) => `${colors.cyan("Note:")} ${visible(note)}`);
}

/** Returns a sentence about things of others, if there are any. */
export function unmanagedNotes({ unmanaged }: Plan): readonly string[] {
  if (unmanaged.length === 0) return [];
  const names = unmanaged.map(({ kind, name }) => `${kind} ${name}`);
  const shown = names.length <= 5 ? names : [...names.slice(0, 5), `${names.length - 5} more`];
  return [`Not this fleet's, and left alone: ${shown.join(", ")}.`];
}

/** Returns lines about agents in line and suspended. */
function suspendedLines({ agents }: Plan, colors: Colors): readonly string[] {
  return suspendedNotes(agents).map(
    ({ names, phrase }) =>
      `${colors.cyan("Note:")} ${visible(rangesOf(names))} ${names.length === 1 ? "is" : "are"} ${visible(phrase)}.`,
  );
}

/** Returns the suspensions of agents in line, in words; many agents with the same one together. */
export function suspendedNotes(
  agents: Plan["agents"],
): readonly { readonly names: readonly string[]; readonly phrase: string }[] {
  const suspended = agents.flatMap(({ name, action, suspended: word }) =>
    action === "none" && word ? [{ name, phrase: suspensionPhrase(word) }] : [],
  );
  return joinAlike(
    suspended,
    ({ name }) => name,
    ({ phrase }) => phrase,
  ).map(({ first: { phrase }, names }) => ({ names, phrase }));
}

function refusalLine(refusal: Refusal, colors: Colors): string {
  return `${colors.red("Refused:")} ${visible(refusalText(refusal))}. If that is meant, add ${refusal.flag}.`;
}

/** The last line of a plan without changes. */
export const inLineText = "No changes. The fleet matches fleet.yaml.";

/** Returns the last line, which users of Terraform look for. */
export function summaryLine(plan: Plan, colors: Colors): string {
  if (isInLine(plan) && plan.only !== undefined) {
    return colors.green(`Nothing to do for ${visible(namesText(plan.only))}.`);
  }
  if (isInLine(plan)) {
    return colors.green(inLineText);
  }
  const { add, change, restart, remove, pending, blocked } = plan.summary;
  const overridden = overriddenAgents(plan).length;
  const counts = `${add} to add, ${change} to change, ${restart} to restart, ${remove} to remove`;
  const extra = [
    ...(pending > 0 ? [`${pending} waiting`] : []),
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
    ...(overridden > 0 ? [`${overridden} overridden`] : []),
  ].join(", ");
  const nothing = plan.actions.length === 0 ? "Nothing to do now. " : "";
  return `${nothing}${colors.bold("Plan:")} ${counts}${extra === "" ? "." : `; ${extra}.`}`;
}

/** Returns which agents wait, and how to go on, after an apply. */
export function pendingLines({ agents }: Plan): readonly string[] {
  const waiting = agents.filter((agent) => agent.action === "pending");
  return (Object.keys(awaitedWords) as AwaitedWords[]).flatMap((awaited) => {
    const names = waiting.filter((agent) => awaitedBy(agent) === awaited).map(({ name }) => name);
    return waitingAgentsLines(names, awaitedWords[awaited](names.length === 1));
  });
}

/** The things agents wait for, each with a line of its own. */
type AwaitedWords = "place" | "job" | "move" | "change" | "end" | "kept-end" | "resume";

/** The words behind "1 agent waits", in the order of the lines. */
const awaitedWords: Readonly<Record<AwaitedWords, (isOne: boolean) => string>> = {
  place: () => "for the one whose place it takes. To go on now: fleet apply --now",
  job: () => "for a job to be completed. To see which: fleet status",
  move: () => "to end on another host. To see where: fleet place; with Git: fleet source status",
  change: () => "with a changed configuration. To restart now: fleet apply --now",
  end: (isOne) => `to be idle before ${isOne ? "its" : "their"} end. To end now: fleet apply --now`,
  "kept-end": () => "because of onChange: keep. To end now: fleet stop",
  resume: () => "because of a suspension. To go on: fleet resume",
};

/** Returns the thing an agent waits for; "none" for a renamed one: the agent in its place has a line. */
function awaitedBy(agent: PendingAgent): AwaitedWords | "none" {
  const { hold, reason } = agent;
  if (hold !== "suspended" && reason === "takes-place") return "place";
  switch (hold) {
    case "suspended":
      return "resume";
    case "job":
    case "move":
      return hold;
    case "busy":
    case "kept":
      if (reason === "renamed") return "none";
      if (waitsForEnd(agent)) return hold === "busy" ? "end" : "kept-end";
      return "change";
  }
}

function waitingAgentsLines(names: readonly string[], why: string): readonly string[] {
  if (names.length === 0) return [];
  const few = names.length <= 5 ? names.join(" ") : "";
  return [`${count(names.length, "agent")} ${names.length === 1 ? "waits" : "wait"} ${why} ${few}`.trimEnd()];
}
