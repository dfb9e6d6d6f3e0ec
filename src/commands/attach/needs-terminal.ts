import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { Exec } from "../../system/exec.ts";

/** Returns the problem of `fleet attach` without a terminal. */
export function needsTerminal(): Result<never> {
  return fail("bad-usage", "fleet attach needs a terminal", {
    hint: wording`to read what agents print, use \`${fleetCommand("logs")}\``,
  });
}

/**
 * Returns the problem of a terminal that tmux cannot use, after tmux has refused it in its own words; undefined if that was
 * for another reason, and if it is unknown. tmux opens no terminal that cannot be cleared (tty_term_create() of tmux 3.3a).
 */
export async function unfitTerminal(exec: Exec, term = ""): Promise<Result<never> | undefined> {
  const outcome = await exec({ file: "tput", args: ["-T", term, "clear"], timeoutMs: 2000, isLook: true });
  if (outcome.kind !== "exited" || outcome.code === 0) return undefined;
  return fail("bad-usage", "tmux cannot use this terminal", {
    detail:
      term === ""
        ? "TERM is not set."
        : `TERM is ${JSON.stringify(term)}, which is unknown here or too simple.`,
    hint: "if it is one like xterm, as most are: export TERM=xterm-256color, and attach again",
  });
}
