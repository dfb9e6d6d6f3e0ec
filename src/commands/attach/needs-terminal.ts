import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";

/** Returns the problem of `fleet attach` without a terminal. */
export function needsTerminal(): Result<never> {
  return fail("bad-usage", "fleet attach needs a terminal", {
    hint: wording`to read what agents print, use \`${fleetCommand("logs")}\``,
  });
}
