import type { AgentPlan, InterruptedAgent } from "../../plan/agent-plan.ts";
import type { FileChange, Plan } from "../../plan/types.ts";
import { deviationNotes } from "./deviation-text.ts";
import { noteText } from "./note-text.ts";
import type { FileDiff } from "../../diffs/plan/full-diffs.ts";
import { refusalText } from "./refusal-text.ts";
import { code, fenced, inert } from "./markdown-text.ts";
import { changePhrase } from "../change-text.ts";
import { rangesOf } from "../alike.ts";
import { joinAgents } from "./agents/agent-lines.ts";
import { holdPhrase } from "./agents/hold-text.ts";
import { sharedNames, stakePhrase } from "../phrases.ts";
import { glyphs } from "./agents/glyphs.ts";
import { summaryLine, suspendedNotes, unmanagedNotes } from "./plan-text.ts";
import { isInterrupted } from "../../plan/summary.ts";
import { count } from "../../text/counting.ts";
import { createColors } from "../terminal/colors.ts";

/** The most a plan takes, bytes of UTF-8: GitHub refuses a comment of more than 65,536 characters. */
export const mostCommentBytes = 60_000;

/** For the lines about left-out parts, and for the few permanent ones, bytes. */
const reserve = 4_000;

/** The most each list above the files takes, bytes: of a fleet of hundreds, some of everything is shown. */
const share = 15_000;

/**
 * Returns a plan as Markdown for a comment on a pull request: its interruptions, the action of each agent, and every file
 * that it writes or removes. Agents that read the same share a row, unless `verbose` opens it. A plan that is too long
 * loses whole rows and files from the end, and says how many.
 */
export function planMarkdown(plan: Plan, files: readonly FileDiff[], verbose = false): readonly string[] {
  const interruptions = fitting(plan.agents.filter(isInterrupted).map(interruptionLine), share);
  const rows = fitting([...plan.shared.map(sharedRow), ...agentRows(plan, verbose)], share);
  const remarks = fitting(remarksOf(plan, verbose), share);
  const above = interruptions.used + rows.used + remarks.used;
  const blocks = fitting(files.map(fileBlock), mostCommentBytes - reserve - above);
  const lines = [
    `### Plan for fleet ${code(plan.fleet)}`,
    "",
    ...interruptionLines(plan, interruptions),
    `**${inert(summaryLine(plan, createColors(false)))}**`,
    "",
    ...table(rows),
    ...boundedList(remarks, "remark"),
    ...blocks.kept,
    ...leftOut(blocks.left, "file", `for the size of a comment; ${code(diffCommand(plan))} shows them all`),
  ];
  return lines.join("\n").trimEnd().split("\n");
}

interface Fitting {
  readonly kept: readonly string[];
  /** The number of items left out. */
  readonly left: number;
  /** Bytes of those that are kept. */
  readonly used: number;
}

/** Returns as many of the first items as fit into the room, bytes. */
function fitting(items: readonly string[], room: number): Fitting {
  const kept: string[] = [];
  let used = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item) + 1;
    if (used + size > room) break;
    used += size;
    kept.push(item);
  }
  return { kept, left: items.length - kept.length, used };
}

function interruptionLine(agent: InterruptedAgent): string {
  const { name, action, atStake } = agent;
  return `- ${code(name)} ${glyphs[action].verb}: ${inert(`${whyOf(agent)} (${stakePhrase(atStake)})`)}`;
}

function interruptionLines({ agents, actions }: Plan, interruptions: Fitting): readonly string[] {
  const number = agents.filter(isInterrupted).length;
  if (number === 0) return actions.length === 0 ? [] : ["Interrupts nobody's work.", ""];
  return [
    `**Interrupts the work of ${count(number, "agent")}:**`,
    "",
    ...boundedList(interruptions, "agent"),
  ];
}

/** Returns all differences; for an agent to be added, that it is new. With `isMany`, of several agents. */
function whyOf({ changes, action }: Pick<AgentPlan, "changes" | "action">, isMany = false): string {
  const all = changes.length > 0 || action !== "add" ? changes : [{ reason: "new" } as const];
  return all.map((change) => changePhrase(change, isMany)).join(", and ");
}

function sharedRow(change: FileChange): string {
  const { role, reason } = change;
  const [glyph, action] = reason === "new" ? ["+", "add"] : ["~", "change"];
  return row(glyph, sharedNames[role], action, changePhrase(change));
}

function agentRows({ agents }: Plan, verbose: boolean): readonly string[] {
  const changed = agents.filter(({ action }) => action !== "none");
  return joinAgents(changed, verbose, (agent) => `${agent.action} ${whyOf(agent)}`).map(({ first, names }) =>
    row(glyphs[first.action].symbol, inCode(names), first.action, whyOf(first, names.length > 1)),
  );
}

/** Returns names as Markdown: many with their range and number. */
function inCode(names: readonly string[]): string {
  return code(rangesOf(names));
}

/** Returns a row of the table. `name` is Markdown already. */
function row(glyph: string, name: string, action: string, why: string): string {
  return `| ${code(glyph)} | ${name} | ${action} | ${inert(why)} |`;
}

function table({ kept, left }: Fitting): readonly string[] {
  if (kept.length + left === 0) return [];
  return ["|   | agent | action | why |", "| --- | --- | --- | --- |", ...kept, "", ...leftOut(left, "row")];
}

/** Returns the rest of a plan. */
function remarksOf(plan: Plan, verbose: boolean): readonly string[] {
  const { agents, refusals, notes } = plan;
  const blocked = agents.filter((agent) => agent.action === "blocked");
  const pending = agents.filter((agent) => agent.action === "pending");
  return [
    ...refusals.map(
      (refusal) =>
        `- **Refused:** ${inert(refusalText(refusal))}. If that is meant, add ${code(refusal.flag)}.`,
    ),
    ...joinAgents(blocked, verbose, (agent) => whyOf(agent)).map(
      ({ first, names }) => `- **Blocked:** ${inCode(names)}: ${inert(whyOf(first, names.length > 1))}`,
    ),
    ...joinAgents(pending, verbose, (agent) => holdPhrase(agent)).map(
      ({ first, names }) => `- **Waiting:** ${inCode(names)}: ${inert(holdPhrase(first, names.length > 1))}`,
    ),
    ...suspendedNotes(agents).map(
      ({ names, phrase }) =>
        `- **Note:** ${inCode(names)} ${names.length === 1 ? "is" : "are"} ${inert(phrase)}.`,
    ),
    ...[...unmanagedNotes(plan), ...deviationNotes(plan), ...notes.map(noteText)].map(
      (note) => `- **Note:** ${inert(note)}`,
    ),
  ];
}

function boundedList({ kept, left }: Fitting, noun: string): readonly string[] {
  return [...kept, ...(kept.length > 0 ? [""] : []), ...leftOut(left, noun)];
}

function fileBlock({ path, becomes, diff }: FileDiff): string {
  const head = `<details><summary>${code(path)} will be ${becomes}</summary>`;
  return [head, "", ...fenced(diff, "diff"), "", "</details>", ""].join("\n");
}

function leftOut(left: number, noun: string, why = "for the size of a comment"): readonly string[] {
  return left === 0 ? [] : [`_${count(left, `more ${noun}`)} left out, ${why}._`, ""];
}

/** The most names in a command. */
const mostNamed = 20;

/** Returns the command for the same plan with all its files. */
function diffCommand({ only = [] }: Plan): string {
  return ["fleet diff", ...(only.length > mostNamed ? [] : only)].join(" ");
}
