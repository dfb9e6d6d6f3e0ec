import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { explainTmux, runTmux } from "./tmux.ts";

/** The new state of the log of one pane. */
export interface LoggedPane {
  /** `%N` */
  readonly pane: string;
  /** The expected process of the pane. */
  readonly pid: number;
  readonly agent: string;
  /** The mark of the log; undefined to end it. */
  readonly setting: string | undefined;
  /** The words of the command that reads the output, as paths and text without a meaning for sh or tmux. */
  readonly reader: readonly string[];
  /** The words for the first line of the log. */
  readonly event: string;
}

/** tmux refuses a message of more than 16 kB. A command has a few hundred bytes, and paths may be long. */
const maxCallLength = 12_000;

/** Starts or ends logs of panes. Fails if a pane is gone or has another process. */
export async function logPanes(
  exec: Exec,
  socket: string,
  panes: readonly LoggedPane[],
): Promise<Result<void>> {
  const gone: string[] = [];
  for (const args of callsOf(panes.map(guardedCommand))) {
    const outcome = await runTmux(exec, socket, args);
    if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, ["pipe-pane"]);
    gone.push(...outcome.stdout.split("\n").filter(Boolean));
  }
  if (gone.length === 0) return ok(undefined);
  return fail("session-ended", `the session of ${gone.join(", ")} has already ended`);
}

function callsOf(commands: readonly (readonly string[])[]): readonly (readonly string[])[] {
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

/** Returns a tmux command for both steps: compare the process, set up the log. It prints the agent of a changed pane. */
function guardedCommand({ pane, pid, agent, setting, reader, event }: LoggedPane): readonly string[] {
  const commands =
    setting === undefined
      ? [`pipe-pane -t '${pane}'`, `set-option -p -u -t '${pane}' @mosaic_log`]
      : [
          `pipe-pane -t '${pane}' ${tmuxQuoted(readerLine(reader, event))}`,
          `set-option -p -t '${pane}' @mosaic_log '${setting}'`,
        ];
  const isSame = `#{==:#{pane_id} #{pane_pid},${pane} ${pid}}`;
  return ["if-shell", "-F", "-t", pane, isSame, commands.join(" ; "), `display-message -p '${agent}'`];
}

/** Returns the line for sh, as set_reader of the start script writes it. */
export function readerLine(reader: readonly string[], event: string): string {
  return `exec ${reader.map(quotedForFormat).join(" ")} '${event}'`;
}

/** Returns a word for sh, in a text in which tmux expands `#` and `%`. */
function quotedForFormat(word: string): string {
  return `'${word.replaceAll("'", "'\\''").replaceAll(/[#%]/g, "$&$&")}'`;
}

/** Returns a text as one word of a tmux command (tmux(1), PARSING SYNTAX). */
function tmuxQuoted(text: string): string {
  return `"${text.replaceAll(/["\\$]/g, "\\$&")}"`;
}
