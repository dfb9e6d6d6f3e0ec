import type { LookCause } from "../../events/watch-events.ts";
import type { Cause } from "../../plan/change.ts";
import type { RunBy, RunRecord, RecordedStep, SharedStep, StepAction } from "../../history/run-record.ts";
import { count } from "../../text/counting.ts";
import { namesText } from "../alike.ts";
import { changePhrase } from "../change-text.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns a run in words: a line with its sum, and one for each kind of change. */
export function runLines(run: RunRecord, colors: Colors): readonly string[] {
  const revision = run.revision === null ? "" : colors.dim(`, commit ${run.revision.slice(0, 10)}`);
  return [
    `${colors.bold(runTitle(run))}: ${sumPhrase(run)}${endPhrase(run)}${revision}`,
    ...run.shared.map((step) => sharedStepLine(step, colors)),
    ...run.steps.map((step) => stepLine(step, verbOf(run), colors)),
  ];
}

function runTitle(run: RunRecord): string {
  if (run.causes !== undefined) return `watch ${causePhrase(run.causes)}`;
  const words = run.command.split(" ");
  // Selected agents are in the lines below; a watch has no other words than its options.
  const verb = words[1] === "watch" ? words.slice(1).join(" ") : verbOf(run);
  return `${visible(verb)} ${byPhrase(run.by)}`;
}

function verbOf({ command }: Pick<RunRecord, "command">): string {
  return command.split(" ")[1] ?? command;
}

function causePhrase(causes: readonly LookCause[]): string {
  if (causes.includes("edit")) return "applied an edit";
  if (causes.includes("drift")) return "fixed drift";
  if (causes.includes("start")) return "applied fleet.yaml at its start";
  return causes.includes("asked") ? "applied fleet.yaml, as asked" : "applied a due change";
}

function byPhrase({ user, uid, sudoUser, agent, via }: RunBy): string {
  const who = user ?? `user ${uid}`;
  const behind = sudoUser === undefined ? "" : ` (sudo of ${sudoUser})`;
  const by = agent === undefined ? `by ${who}${behind}` : `by agent ${agent}`;
  return visible(placePhrase(by, via));
}

/** Returns the person or program behind a run, with the page if it came from there. */
export function placePhrase(by: string, via: RunBy["via"]): string {
  return via === undefined ? by : `${by} on the page`;
}

/** The sum of a run: of its record, or of its JSON from another machine. */
interface RunSum extends Pick<RunRecord, "command"> {
  readonly steps: readonly Pick<RecordedStep, "action" | "result" | "agents">[];
  readonly shared: readonly unknown[];
  readonly actions?: RunRecord["actions"];
}

/** Returns `3 agents added, 1 restarted, 1 failed`. */
export function sumPhrase(run: RunSum): string {
  const sums = new Map<string, number>();
  for (const { action, result, agents } of run.steps) {
    const word = result === "done" ? pastWord(action, verbOf(run)) : resultWords[result];
    sums.set(word, (sums.get(word) ?? 0) + agents.length);
  }
  const parts = [...sums].map(([word, number], index) =>
    index === 0 ? `${count(number, "agent")} ${word}` : `${number} ${word}`,
  );
  if (parts.length > 0) return parts.join(", ");
  return run.shared.length > 0 ? "shared files changed" : `${count(run.actions?.done ?? 0, "action")} done`;
}

const resultWords = { failed: "failed", unknown: "with an unknown result", "not-done": "not done" } as const;

/** Returns ` (exit code 4)` for a run that did not end well. */
export function endPhrase({
  exitCode,
  interruptedBy,
}: Pick<RunRecord, "exitCode"> & { readonly interruptedBy?: string | null }): string {
  if (typeof interruptedBy === "string") return ` (ended by ${visible(interruptedBy)})`;
  return exitCode === null || exitCode === 0 ? "" : ` (exit code ${exitCode})`;
}

const stepTones: Readonly<Record<StepAction, readonly [string, keyof Colors, string]>> = {
  add: ["+", "green", "added"],
  change: ["~", "yellow", "changed"],
  start: ["~", "yellow", "started"],
  stop: ["~", "yellow", "stopped"],
  adopt: ["~", "yellow", "adopted"],
  restart: ["-/+", "magenta", "restarted"],
  remove: ["-", "red", "removed"],
  pending: [".", "cyan", "prepared for a later change"],
  blocked: ["!", "red", "blocked"],
  none: ["~", "yellow", "checked"],
};

/** Commands with a change that has a word of its own. */
const verbWords: Readonly<Record<string, string>> = { suspend: "suspended", resume: "resumed" };

function pastWord(action: StepAction, verb: string): string {
  return action === "change" ? (verbWords[verb] ?? stepTones.change[2]) : stepTones[action][2];
}

function stepLine({ action, reasons, result, agents }: RecordedStep, verb: string, colors: Colors): string {
  const [glyph, color] = result === "done" ? stepTones[action] : (["x", "red"] as const);
  const isMany = agents.length > 1;
  const outcome =
    result === "done"
      ? pastWord(action, verb)
      : result === "unknown"
        ? "may have changed"
        : `${isMany ? "were" : "was"} not ${pastWord(action, verb)}${result === "failed" ? ", or failed at once" : ""}`;
  return `${colors[color](glyph)} ${visible(namesText(agents))} ${outcome}${whyPhrase(reasons, isMany)}`;
}

/** Returns the reasons. A request is the command itself. */
function whyPhrase(reasons: readonly Cause[], isMany: boolean): string {
  const told = reasons.filter(({ reason }) => reason !== "requested" && reason !== "new");
  return told.length === 0
    ? ""
    : `: ${visible(told.map((each) => changePhrase(each, isMany)).join(" and "))}`;
}

function sharedStepLine({ path, reason, result }: SharedStep, colors: Colors): string {
  const glyph = result === "done" ? colors.yellow("~") : colors.red("x");
  return `${glyph} ${visible(path)}: ${visible(changePhrase(reason))}`;
}
