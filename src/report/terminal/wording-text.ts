import { mapWording, type Wording, type WordingPart } from "../../diagnostics/wording.ts";
import { visible } from "./display-text.ts";

/** Returns a wording as text for this machine: a time as `(87 ms)` or `(1.3 s)`. */
export function wordingText(wording: Wording): string {
  return typeof wording === "string" ? wording : wording.map(partText).join("");
}

function partText(part: WordingPart): string {
  if (typeof part === "string") return part;
  return "fleet" in part ? `fleet ${part.fleet}` : `(${milliseconds(part.tookMs)})`;
}

/** Returns a wording that is safe to print: see visible. */
export function visibleWording(wording: Wording): Wording {
  return mapWording(wording, visible);
}

/** Returns `87 ms` or `1.3 s`. */
export function milliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
