import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** Keys and list indices from the root of fleet.yaml. */
export type Path = readonly (string | number)[];

/** Something wrong with fleet.yaml, before its place in the text is looked up. */
export interface Problem extends Pick<Diagnostic, "code" | "summary" | "detail" | "hint"> {
  readonly path: Path;
  /** The half of the entry at `path` to underline. */
  readonly on: "key" | "value";
  /** The missing name or key. The problem is dropped if a syntax error may hide the lines with it. */
  readonly absent?: string | undefined;
}
