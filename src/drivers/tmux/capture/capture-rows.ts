import { randomUUID } from "node:crypto";
import type { Exec } from "../../../system/exec.ts";
import { inCalls, sequence } from "../sequence.ts";
import { runTmux } from "../tmux.ts";
import { expandTabs } from "../format/expand-tabs.ts";

/** Rows of one pane. Rows are counted from the top of its screen: those of the history are negative. */
export interface RowsWanted {
  readonly id: string;
  readonly first: number;
  readonly last: number;
  /** The size of the history at the time of counting. */
  readonly historySize: number;
}

/**
 * Returns the text of the rows, by pane id, in as few calls as possible; wrapped rows are joined. Leaves out a pane whose
 * history has grown or shrunk since the rows were counted, or that is gone: count again. `withColors` keeps colours.
 */
export async function captureRows(
  exec: Exec,
  socket: string,
  wanted: readonly RowsWanted[],
  withColors: boolean,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const some of inCalls(wanted)) {
    const boundary = randomUUID();
    const args = some.flatMap(({ id, first, last }, index) => [
      ...(index > 0 ? [";", "display-message", "-p", boundary, ";"] : []),
      // tmux runs all of a call without letting output of panes in between.
      ...sequence([
        `display-message -p -t ${id} '#{history_size}'`,
        `capture-pane -pJ${withColors ? "e" : ""} -S ${first} -E ${last} -t ${id}`,
      ]),
    ]);
    const outcome = await runTmux(exec, socket, args, { isLook: true });
    const parts = outcome.kind === "exited" ? outcome.stdout.split(`${boundary}\n`) : [];
    for (const [index, { id, historySize }] of some.entries()) {
      const part = parts[index] ?? "";
      const end = part.indexOf("\n");
      if (end >= 0 && part.slice(0, end) === String(historySize))
        texts.set(id, expandTabs(part.slice(end + 1)));
    }
  }
  return texts;
}
