import { replaceSpans } from "../secrets/mask.ts";
import type { Span } from "../secrets/values.ts";
import { diffLines } from "./diff-lines.ts";
import { editOf } from "./file-edit.ts";

/** A text with the places of its secrets. */
export interface TextToShow {
  readonly text: string;
  readonly secrets: readonly Span[];
}

/** The differences of one fleet file. */
export interface FleetEdit {
  readonly path: string;
  /** The lines of a diff, with secrets masked. */
  readonly diff: readonly string[];
}

/** Returns how a fleet file differs from its present text. */
export function fleetEdit(path: string, present: TextToShow, next: TextToShow): FleetEdit {
  const [before, after] = [present, next].map(({ text, secrets }) => replaceSpans(text, secrets));
  if (before === after) return { path, diff: ["@@ only secrets differ @@"] };
  return { path, diff: diffLines(editOf(path, "script", before ?? "", after ?? "")) };
}
