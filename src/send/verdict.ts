import type { ScreenPatterns } from "../runtimes/preset.ts";
import { textAtPrompt } from "./prompt.ts";
import type { Screen } from "./screen.ts";

/** Characters at the end of a text that stand for it on a screen. */
const tailLength = 40;

/** The form of a long paste on the screens of some programs: `[Pasted text #1 +20 lines]`. */
const pasteNote = /\[Pasted (?:text|content)\b[^\]]*\]/giu;

/** Returns true if a screen shows a text more often than an earlier screen: its end, or the program's note of a paste. */
export function showsText(text: string, before: Screen, after: Screen): boolean {
  const tail = squeeze(text).slice(-tailLength);
  const [old, now] = [squeeze(screenText(before)), squeeze(screenText(after))];
  return occurrences(now, tail) > occurrences(old, tail) || countPasteNotes(after) > countPasteNotes(before);
}

/** Returns true if the text still stands in the input line, so the program has not taken the Enter. */
export function isStranded(text: string, screen: Screen, patterns: ScreenPatterns | undefined): boolean {
  const content = patterns && textAtPrompt(screen, patterns, "text")?.content;
  if (content === undefined) return false;
  const shown = squeeze(content);
  return shown !== "" && (squeeze(text).includes(shown) || content.search(pasteNote) >= 0);
}

function screenText({ rows }: Screen): string {
  return rows.map(({ text }) => text).join("\n");
}

/** Returns a text without blanks and the signs of frames and prompts: a program wraps and frames a text in its own way. */
function squeeze(text: string): string {
  return text.replaceAll(/[\s\u2500-\u257f❯›>]/gu, "");
}

function occurrences(text: string, part: string): number {
  return part === "" ? 0 : text.split(part).length - 1;
}

function countPasteNotes(screen: Screen): number {
  return [...screenText(screen).matchAll(pasteNote)].length;
}
