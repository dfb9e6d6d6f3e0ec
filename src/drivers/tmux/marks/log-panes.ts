import type { Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { changePanes, type PaneChange } from "./change-panes.ts";
import { formatWord, commandWord } from "./quoting.ts";

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

/** Starts or ends logs of panes. Fails if a pane is gone or has another process. */
export function logPanes(exec: Exec, socket: string, panes: readonly LoggedPane[]): Promise<Result<void>> {
  return changePanes(exec, socket, "pipe-pane", panes.map(logChange));
}

function logChange({ pane, pid, agent, setting, reader, event }: LoggedPane): PaneChange {
  const commands =
    setting === undefined
      ? [`pipe-pane -t '${pane}'`, `set-option -p -u -t '${pane}' @mosaic_log`]
      : [
          `pipe-pane -t '${pane}' ${commandWord(readerLine(reader, event))}`,
          `set-option -p -t '${pane}' @mosaic_log '${setting}'`,
        ];
  return { pane, pid, agent, commands };
}

/** Returns the line for sh, as set_reader of the start script writes it. */
export function readerLine(reader: readonly string[], event: string): string {
  return `exec ${reader.map(formatWord).join(" ")} '${event}'`;
}
