import type { Result } from "../../../diagnostics/diagnostic.ts";
import type { Exec } from "../../../system/exec.ts";
import { changePanes, type PaneChange } from "./change-panes.ts";

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

/** Sets the marks of panes. Fails if a pane is gone or has another process; such a pane gets no mark. */
export function tagPanes(exec: Exec, socket: string, tags: readonly PaneTag[]): Promise<Result<void>> {
  return changePanes(exec, socket, "set-option", tags.map(tagChange));
}

function tagChange({ pane, pid, sessionId, agent, unit, config }: PaneTag): PaneChange {
  const commands = [
    `set-option -t '${sessionId}' @mosaic_unit '${unit}'`,
    `set-option -p -t '${pane}' @mosaic_agent '${agent}'`,
    config === ""
      ? `set-option -p -u -t '${pane}' @mosaic_config`
      : `set-option -p -t '${pane}' @mosaic_config '${config}'`,
  ];
  return { pane, pid, agent, commands };
}
