import type { Candidates } from "./candidate.ts";

/** A line of bash up to the cursor. */
export interface BashLine {
  /** The words before the one at the cursor, without quotes. */
  readonly before: readonly string[];
  /** The word at the cursor, without quotes. */
  readonly current: string;
  /** The same as typed. */
  readonly typed: string;
  /** The part of `typed` after the quote that is still open; undefined if none is. */
  readonly inQuote: string | undefined;
  readonly quote: Quote;
}

type Quote = "" | "'" | '"';

/** Divides a line into words as bash does. Expands nothing: a completion runs no code of the line. */
export function readBashLine(line: string): BashLine {
  const before: string[] = [];
  let current = "";
  let start = 0;
  let isWord = false;
  let quote: Quote = "";
  let quoteAt = 0;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote === "" && /\s/.test(character)) {
      if (isWord) before.push(current);
      current = "";
      isWord = false;
      start = at + 1;
      continue;
    }
    isWord = true;
    const next = line.charAt(at + 1);
    if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      quoteAt = at + 1;
    } else if (character === quote) quote = "";
    else if (character === "\\" && (quote === "" || (quote === '"' && /["$\\`]/.test(next)))) {
      current += next;
      at += 1;
    } else current += character;
  }
  const inQuote = quote === "" ? undefined : line.slice(quoteAt);
  return { before, current, typed: line.slice(start), inQuote, quote };
}

/**
 * Returns the candidates as the texts that bash puts in the place of `replaced`: the end of the typed word, from its
 * last word break on. bash inserts them as they are, so they are quoted here, as the user has begun to.
 */
export function bashReplies(
  { current, typed, inQuote, quote }: BashLine,
  replaced: string,
  { candidates }: Pick<Candidates, "candidates">,
): readonly string[] {
  // Inside of quotes, readline knows no word breaks.
  const end = inQuote ?? (typed.endsWith(replaced) ? replaced : "");
  return candidates
    .filter(({ value }) => value.startsWith(current) && !(quote === "'" && value.includes("'")))
    .map(({ value }) => `${end}${escapedForBash(value.slice(current.length), quote)}`);
}

function escapedForBash(text: string, quote: Quote): string {
  if (quote === "'") return text;
  if (quote === '"') return text.replace(/["$\\`]/g, String.raw`\$&`);
  return text.replace(/[^\w\-+=:,./@%^]/gu, String.raw`\$&`);
}
