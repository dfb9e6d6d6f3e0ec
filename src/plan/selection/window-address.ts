import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Selection } from "./selection.ts";

/** The agents of a command line, and a window next to each of them. */
export interface WindowSelection {
  readonly selection: Selection;
  /** `logs`, or `tests.2` for a pane. */
  readonly window: string;
}

/**
 * Splits names such as `coder:logs` into agents and their window; undefined if no name has a window. All of them name the
 * same one.
 */
export function windowSelection(selection: Selection): Result<WindowSelection | undefined> {
  const parts = selection.names.map(splitName);
  const windows = new Set(parts.map(({ window }) => window));
  const [window] = windows;
  if (window === undefined && windows.size <= 1) return ok(undefined);
  if (window === undefined || windows.size > 1) {
    return fail("bad-usage", "several windows are named at once", {
      detail: `These are: ${selection.names.join(" ")}.`,
      hint: "name one window: 'coder-*:logs' is that of several agents",
    });
  }
  return ok({ selection: { ...selection, names: parts.map(({ agent }) => agent) }, window });
}

function splitName(name: string): { readonly agent: string; readonly window: string | undefined } {
  const at = name.indexOf(":");
  return at === -1
    ? { agent: name, window: undefined }
    : { agent: name.slice(0, at), window: name.slice(at + 1) };
}
