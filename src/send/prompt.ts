import type { ScreenPatterns } from "../runtimes/preset.ts";
import type { Screen } from "./screen.ts";

/** A reason to ask a person before a text goes to an agent. */
export type Hesitation =
  /** The program asks a question that only a person may answer; `row` is its row, or the words of its hook. */
  | { readonly reason: "question"; readonly row: string }
  /** The input line holds a text somebody has begun; `row` is the beginning of it. */
  | { readonly reason: "draft"; readonly row: string };

/** A report of a program's hook: its activity, and a question in its words. */
interface Reported {
  readonly state: string;
  readonly reason: string | undefined;
}

/** Rows at the end of a screen: any of them may show the work of a program. Rows above them may quote anything. */
const endRows = 8;

/** Rows at the end of a screen a question may take, with its choices. */
const questionRows = 15;

/** A choice of a question, which looks like a prompt: `❯ 1. Yes`. */
const choiceRow = /^[\s│]*\S\s*\d+[.)]\s/u;

/**
 * Returns the question or the draft of an agent; undefined if a text can go in. A report of waiting counts for a
 * program with dialogs, unless the screen shows an empty prompt: no hook tells of a question ended with Escape.
 * A prompt with a text may be one of the conversation above the question. The report of any other program is a question in
 * words, and a text is its answer.
 */
export function hesitationOn(
  screen: Screen,
  patterns: ScreenPatterns | undefined,
  report: Reported | undefined,
): Hesitation | undefined {
  if (patterns === undefined) return undefined;
  const question = openQuestion(screen, patterns);
  if (question !== undefined) return { reason: "question", row: question };
  const draft = textAtPrompt(screen, patterns, "firm");
  if (report?.state === "waiting" && draft?.content !== "" && patterns.dialogs.length > 0)
    return { reason: "question", row: report.reason ?? "" };
  const isEmpty = draft === undefined || patterns.emptyPrompt === undefined || draft.content === "";
  return isEmpty ? undefined : { reason: "draft", row: draft.row };
}

/**
 * Returns true for a program at work, by a row of its screen. Its report counts as long as no empty prompt is there: no
 * hook tells that a person has interrupted it.
 */
export function isAtWork(
  screen: Screen,
  patterns: ScreenPatterns | undefined,
  report: Reported | undefined,
): boolean {
  const rows = screen.rows.map(({ text }) => text).filter((text) => text !== "");
  if (rows.slice(-endRows).some((text) => patterns?.busy?.test(text))) return true;
  return report?.state === "working" && !rows.slice(-5).some((text) => patterns?.emptyPrompt?.test(text));
}

/** Returns the row of an open question. A prompt below it tells it is over, or only part of a conversation. */
function openQuestion({ rows, cursorRow }: Screen, patterns: ScreenPatterns): string | undefined {
  const end = rows.findLastIndex(({ text }) => text !== "") + 1;
  const first = isLineProgram(patterns) ? Math.min(cursorRow, end - 1) : Math.max(0, end - questionRows);
  const last = rows
    .slice(0, end)
    .findLastIndex(({ text }) => patterns.dialogs.some(({ row }) => row.test(text)));
  if (last < first) return undefined;
  const isOver = rows
    .slice(last + 1, end)
    .some(({ text }) => patterns.prompt.test(text) && !choiceRow.test(`${text} `));
  return isOver ? undefined : rows[last]?.text.trim();
}

/** The text behind the last prompt of a screen. */
interface PromptText {
  /** The row as it is, without the frame around it. */
  readonly row: string;
  /** The text in it; empty for an empty prompt. */
  readonly content: string;
}

/**
 * Returns the text behind the last prompt; undefined without a prompt in use. A program that prints line by line leaves its
 * old prompts on the screen: only the one with the cursor is in use. `form` leaves faint and reversed characters out.
 */
export function textAtPrompt(
  { rows, cursorRow }: Screen,
  patterns: ScreenPatterns,
  form: "text" | "firm",
): PromptText | undefined {
  const at = rows.findLastIndex(({ text }) => patterns.prompt.test(text) && !choiceRow.test(`${text} `));
  const row = rows[at];
  if (row === undefined || (isLineProgram(patterns) && at !== cursorRow)) return undefined;
  const shown = row[form];
  const isEmpty = patterns.emptyPrompt?.test(shown) === true || patterns.emptyPrompt?.test(row.text) === true;
  const prompt = patterns.prompt.exec(row.text);
  const content = isEmpty ? "" : shown.slice((prompt?.index ?? 0) + (prompt?.[0].length ?? 0));
  return { row: unframed(row.text), content: unframed(content) };
}

/** Returns a text without the lines of a box around it. */
function unframed(text: string): string {
  return text.replaceAll(/[\u2500-\u257f]/g, " ").trim();
}

/** Returns true for a program that prints line by line, such as a shell: it shows no sign of its work at the end of a screen. */
function isLineProgram({ busy }: ScreenPatterns): boolean {
  return busy === undefined;
}
