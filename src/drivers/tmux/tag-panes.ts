import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { explainTmux, runTmux } from "./tmux.ts";

/** Marks for one pane, as the start script sets them. No value contains a quote. */
export interface PaneTag {
  /** `%N` */
  readonly pane: string;
  /** The expected process of the pane. */
  readonly pid: number;
  /** `$N` */
  readonly sessionId: string;
  readonly agent: string;
  readonly unit: string;
  /** Empty to take the mark away. */
  readonly config: string;
}

/** tmux refuses a message of more than 16 kB. */
const maxCallLength = 12_000;

/** Sets the marks of panes. Fails if a pane is gone or has another process; such a pane gets no mark. */
export async function tagPanes(exec: Exec, socket: string, tags: readonly PaneTag[]): Promise<Result<void>> {
  const gone: string[] = [];
  for (const args of joinedInCalls(tags.map(guardedTag))) {
    const outcome = await runTmux(exec, socket, args);
    if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, ["set-option"]);
    gone.push(...outcome.stdout.split("\n").filter(Boolean));
  }
  if (gone.length === 0) return ok(undefined);
  return fail("session-ended", `the session of ${gone.join(", ")} has already ended`);
}

/**
 * Returns a tmux command for both steps: check the pane, mark it. If the pane has changed, the command prints
 * the agent's name.
 */
function guardedTag({ pane, pid, sessionId, agent, unit, config }: PaneTag): readonly string[] {
  const set = [
    `set-option -t '${sessionId}' @mosaic_unit '${unit}'`,
    `set-option -p -t '${pane}' @mosaic_agent '${agent}'`,
    config === ""
      ? `set-option -p -u -t '${pane}' @mosaic_config`
      : `set-option -p -t '${pane}' @mosaic_config '${config}'`,
  ];
  const isSame = `#{==:#{pane_id} #{pane_pid},${pane} ${pid}}`;
  return ["if-shell", "-F", "-t", pane, isSame, set.join(" ; "), `display-message -p '${agent}'`];
}

function joinedInCalls(commands: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const calls: string[][] = [];
  let length = Infinity;
  for (const command of commands) {
    const more = command.join(" ").length;
    const last = calls.at(-1);
    if (last === undefined || length + more > maxCallLength) {
      calls.push([...command]);
      length = more;
    } else {
      last.push(";", ...command);
      length += more;
    }
  }
  return calls;
}
