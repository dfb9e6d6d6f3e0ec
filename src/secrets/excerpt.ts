import { mergeSpans, replaceSpans, sensitive } from "./mask.ts";
import type { Span } from "./values.ts";

/** A line with a part of it underlined. */
export interface Underlined {
  readonly source: string;
  /** 1-based. */
  readonly column: number;
  readonly length: number;
  /** Begin of the underlined part in `source`, if it differs from `column`. */
  readonly sourceColumn?: number | undefined;
}

/** Masks the secrets of a line. Keeps the underlined part underlined, or underlines the mask in its place. */
export function placeInMasked({ source, column, length }: Underlined, secrets: readonly Span[]): Underlined {
  const spans = mergeSpans(secrets.map(({ start, end }) => clip({ start, end }, source.length)));
  if (spans.length === 0) return { source, column, length };
  const start = shiftedOffset(column - 1, spans, "start");
  const end = shiftedOffset(column - 1 + length, spans, "end");
  const masked = replaceSpans(source, spans);
  return {
    source: masked,
    column,
    length: Math.max(1, end - start),
    ...(start + 1 === column ? {} : { sourceColumn: start + 1 }),
  };
}

function clip({ start, end }: Span, length: number): Span {
  return { start: Math.max(0, Math.min(start, length)), end: Math.max(0, Math.min(end, length)) };
}

/**
 * Returns an offset after the masking. An offset inside a secret moves to the beginning or end of the mask.
 */
function shiftedOffset(offset: number, spans: readonly Span[], edge: "start" | "end"): number {
  let by = 0;
  for (const { start, end } of spans) {
    if (offset < start || (offset === start && edge === "end")) break;
    if (offset < end || (offset === end && edge === "end")) {
      return start + by + (edge === "start" ? 0 : sensitive.length);
    }
    by += sensitive.length - (end - start);
  }
  return offset + by;
}

/** Shorter parts of a secret give nothing away, and would be found in any sentence. */
const shortestPart = 4;

/** Removes words of secrets from a sentence that quotes them; `secrets` are their texts. */
export function scrub(sentence: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return sentence;
  return sentence.replaceAll(/[^\s"'`]+/g, (word) => {
    const core = word.replace(/^[*&!@%|>[({]+/, "").replace(/[\])}.,:;…]+$/, "");
    return core.length >= shortestPart && secrets.some((secret) => secret.includes(core)) ? sensitive : word;
  });
}
