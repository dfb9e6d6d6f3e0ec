import { fail, type Result } from "../../diagnostics/diagnostic.ts";

/** Returns the problem of `fleet attach` without a terminal. */
export function needsTerminal(): Result<never> {
  return fail("bad-usage", "fleet attach needs a terminal", {
    hint: "to read what agents print, use `fleet logs`",
  });
}
