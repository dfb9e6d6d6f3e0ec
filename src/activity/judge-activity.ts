import type { Preset, ScreenPatterns } from "../runtimes/preset.ts";
import { shortReason, type Activity, type ActivityReport, type ActivitySource } from "./activity.ts";

/** The visible part of a pane. */
interface JudgedScreen {
  /** The last rows with text, without blanks at their ends. */
  readonly rows: readonly string[];
  readonly title: string;
  /** True if the bell has rung, and nobody has looked since. */
  readonly hasRung: boolean;
}

/** All signs of an agent's activity. */
export interface Evidence {
  readonly report: ActivityReport | undefined;
  readonly screen: JudgedScreen | undefined;
  readonly preset: Preset | undefined;
  /** Time since the last output of the pane, ms. */
  readonly quietMs: number;
  readonly nowMs: number;
}

/** Time without output until the `working` of a hook is doubted, ms: no hook reports the interruption by a person. */
const doubtMs = 10_000;
/** Time without output after which a prompt or a question counts, ms: a program may be about to replace it. */
const settledMs = 1_500;
/** The time from a report to the end of the output belonging to it, ms: tmux knows whole seconds. */
const redrawMs = 2_000;
/** The rows above the end of the screen that count. Rows above them may quote anything. */
const endRows = 8;

/** Returns what an agent does. A hook tells it best; then title, question, busy row, prompt and bell. Pure. */
export function judgeActivity(evidence: Evidence): Activity {
  const { report, screen, preset } = evidence;
  const seen = screen === undefined || preset === undefined ? undefined : readScreen(screen, preset);
  const isOnlyEnd = report?.state === "idle" && preset?.tellsOnlyEnds === true;
  return report === undefined || isOnlyEnd
    ? judgeScreen(evidence, seen)
    : judgeReport(report, evidence, seen);
}

/** Returns what a hook tells, unless the screen knows better. */
function judgeReport(report: ActivityReport, evidence: Evidence, seen: SeenScreen | undefined): Activity {
  const { quietMs } = evidence;
  const by = bySign(evidence);
  const reported = reportedBy(report);
  const isDoubted = quietMs >= (report.state === "working" ? doubtMs : settledMs);
  if (seen === undefined || !isDoubted) {
    return report.state === "idle" && seen?.limit !== undefined
      ? { ...reported, state: "limited", reason: seen.limit.reason }
      : reported;
  }
  if (seen.question !== undefined)
    return report.state === "waiting" ? reported : by("screen", "waiting", seen.question);
  if (seen.isBusy) return report.state === "working" ? reported : by("screen", "working");
  // Above a question, a limit is one of before.
  if ((report.state === "idle" || report.state === "working") && seen.limit !== undefined) {
    return { ...reported, state: "limited", reason: seen.limit.reason, source: "screen" };
  }
  if (seen.hasPrompt && report.state === "working") return by("screen", "idle");
  if (seen.hasPrompt && report.state === "waiting" && quietMs >= doubtMs) return by("screen", "idle");
  return report.state === "idle" ? atPrompt(reported, evidence, seen) : reported;
}

/** Returns what the screen tells, perhaps together with the report of an end. */
function judgeScreen(evidence: Evidence, seen: SeenScreen | undefined): Activity {
  const { report, screen, preset, quietMs, nowMs } = evidence;
  const by = bySign(evidence);
  if (seen === undefined) return by("quiet", "unknown");
  if (seen.question !== undefined) return by("screen", "waiting", seen.question);
  if (seen.titled !== undefined) return by("title", seen.titled);
  if (seen.isBusy) return by("screen", "working");
  if (seen.limit !== undefined) return by("screen", "limited", seen.limit.reason);
  // The bell may have rung for a question that came right after the report.
  const isRung = screen?.hasRung === true && preset?.ringsForPerson === true && !seen.hasPrompt;
  if (report !== undefined && !isRung && nowMs - quietMs <= report.sinceMs + redrawMs)
    return atPrompt(reportedBy(report), evidence, seen);
  if (seen.hasPrompt && quietMs >= settledMs) return by("screen", "idle");
  if (isRung) return by("bell", "waiting");
  return by("quiet", "unknown");
}

function bySign({ quietMs, nowMs }: Evidence) {
  return (source: ActivitySource, state: Activity["state"], reason?: string): Activity => ({
    state,
    reason,
    sinceMs: nowMs - quietMs,
    source,
  });
}

function reportedBy({ state, reason, sinceMs }: ActivityReport): Activity {
  return { state, reason, sinceMs, source: "hook" };
}

/** Adds an empty prompt to an idle activity, if a row shows one. */
function atPrompt(activity: Activity, { preset, quietMs }: Evidence, { hasPrompt }: SeenScreen): Activity {
  const isSeen = hasPrompt && quietMs >= settledMs && preset?.screen.emptyPrompt !== undefined;
  return isSeen ? { ...activity, isAtPrompt: true } : activity;
}

interface SeenScreen {
  /** The row of a question that stands on the screen. */
  readonly question: string | undefined;
  readonly isBusy: boolean;
  readonly limit: { readonly reason: string | undefined } | undefined;
  readonly hasPrompt: boolean;
  readonly titled: "working" | "waiting" | undefined;
}

/** A chosen answer of a list, which looks like a prompt. */
const answer = /^[\s│]*[❯›>]\s*\d+[.)]/u;

function readScreen({ rows, title }: JudgedScreen, { screen, title: titles }: Preset): SeenScreen {
  const last = rows.slice(-endRows);
  const asked = last.find((row) => screen.dialogs.some((dialog) => dialog.row.test(row)));
  const isBusy = last.some((row) => screen.busy?.test(row));
  const limit = limitIn(last, screen);
  const until = limit?.groups?.["until"];
  return {
    // A quoted question has the busy row or an empty prompt below it.
    question:
      asked === undefined || isBusy || last.slice(-3).some((row) => screen.emptyPrompt?.test(row))
        ? undefined
        : shortReason(asked),
    isBusy,
    limit:
      limit === undefined
        ? undefined
        : { reason: until === undefined ? undefined : shortReason(`until ${until}`) },
    // A row with text may be an older prompt, and not the place for the next one.
    hasPrompt: rows
      .slice(-5)
      .some((row) => (screen.emptyPrompt ?? screen.prompt).test(row) && !answer.test(row)),
    titled: titles.waiting?.test(title) ? "waiting" : titles.working?.test(title) ? "working" : undefined,
  };
}

/**
 * Returns the last row about a limit; undefined if a prompt of a person stands below it, because the work went on then. The
 * place for the next prompt is below both. Without `emptyPrompt`, every row may look like a prompt.
 */
function limitIn(rows: readonly string[], screen: ScreenPatterns): RegExpExecArray | undefined {
  const findLimit = (row: string): RegExpExecArray | undefined =>
    screen.limits.map((each) => each.exec(row)).findLast((found) => found !== null) ?? undefined;
  const at = rows.findLastIndex((row) => findLimit(row) !== undefined);
  const prompts = rows.slice(at + 1).filter((row) => screen.prompt.test(row) && !answer.test(row));
  const isOld = screen.emptyPrompt !== undefined && prompts.length > 1;
  return at === -1 || isOld ? undefined : findLimit(rows[at] ?? "");
}
