import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { explainTmux, runTmux } from "../tmux.ts";
import { paneProcess } from "../format/pane-process.ts";

/** A change of one pane. */
export interface PaneChange {
  /** `%N` */
  readonly pane: string;
  /** The expected process of the pane. */
  readonly pid: number;
  readonly agent: string;
  /** Commands of tmux, each as a text. */
  readonly commands: readonly string[];
}

/** tmux refuses a message of more than 16 kB. A command has a few hundred bytes, and paths may be long. */
const maxCallLength = 12_000;

/**
 * Runs the commands of each pane with the expected process, in few calls to tmux. Fails if a pane is gone or has another
 * process; nothing is done to such a pane. `verb` is the command of tmux for the report of a failure.
 */
export async function changePanes(
  exec: Exec,
  socket: string,
  verb: string,
  changes: readonly PaneChange[],
): Promise<Result<void>> {
  const gone: string[] = [];
  for (const args of joinedInCalls(changes.map(guardedCommand))) {
    const outcome = await runTmux(exec, socket, args);
    if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, [verb]);
    gone.push(...outcome.stdout.split("\n").filter(Boolean));
  }
  if (gone.length === 0) return ok(undefined);
  return fail("session-ended", `the session of ${gone.join(", ")} has already ended`);
}

/** Returns a tmux command for both steps: check the process, change the pane. It prints the agent of a changed process. */
function guardedCommand({ pane, pid, agent, commands }: PaneChange): readonly string[] {
  const isSame = `#{==:#{pane_id} ${paneProcess},${pane} ${pid}}`;
  return ["if-shell", "-F", "-t", pane, isSame, commands.join(" ; "), `display-message -p '${agent}'`];
}

function joinedInCalls(commands: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const calls: string[][] = [];
  let length = Infinity;
  for (const command of commands) {
    const more = Buffer.byteLength(command.join(" "));
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
