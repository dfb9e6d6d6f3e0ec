import type { Refusal } from "../../plan/allowances.ts";
import { wording, type Wording } from "../../diagnostics/wording.ts";
import type { Colors } from "../terminal/colors.ts";
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
