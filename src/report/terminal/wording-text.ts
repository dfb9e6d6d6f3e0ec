import type { Wording, WordingPart } from "../../diagnostics/wording.ts";

/** Returns a wording as text: a time as `(87 ms)` or `(1.3 s)`. */
export function wordingText(wording: Wording): string {
  return typeof wording === "string" ? wording : wording.map(partText).join("");
}

function partText(part: WordingPart): string {
  return typeof part === "string" ? part : `(${milliseconds(part.tookMs)})`;
}

/** Returns `87 ms` or `1.3 s`. */
export function milliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
