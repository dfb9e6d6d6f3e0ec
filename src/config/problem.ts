import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** Keys and list indices from the root of fleet.yaml. */
export type Path = readonly (string | number)[];

/** Something wrong with fleet.yaml, before its place in the text is looked up. */
export interface Problem extends Pick<Diagnostic, "code" | "summary" | "detail" | "hint"> {
  readonly path: Path;
  /** Which half of the entry at `path` is underlined. */
  readonly on: "key" | "value";
  /** What was looked for in vain: no problem where a syntax error hides the lines that have it. */
  readonly absent?: string | undefined;
}
