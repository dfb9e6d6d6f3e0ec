import { loadCrypto } from "../../../text/digests/digest.ts";
import type { Exec } from "../../../system/exec.ts";
import { runTmux } from "../tmux.ts";
import { anchorRows, type ScreenPane } from "./open-screen.ts";
import { paneProcess } from "../format/pane-process.ts";

/** A place in the history of a pane: a row, counted from the oldest one. */
export interface HistoryPlace {
  /** The process, the width and the size of the history, when the row was seen. */
  readonly pid: number;
  readonly columns: number;
  readonly size: number;
  readonly row: number;
  /** The text of this row and the next ones. */
  readonly anchor: string;
}

/** The rows right above a place, with their colors; wrapped lines are joined. */
interface EarlierRows {
  readonly text: string;
  /** The place of the first of them. */
  readonly place: HistoryPlace;
}

/** The number of tries to read a history that grows. */
const mostTries = 10;

/**
 * Reads the rows right above a place, without a pipe or a mode. Each call reads only these: a large capture would hold up
 * tmux, and with it all agents. Returns `moved` if the place is no longer there: tmux has dropped old rows or cleared the
 * history, or the pane has another process or size. Returns `busy` if the history grows with each try.
 */
export async function earlierRows(
  exec: Exec,
  { socket, id, agent }: ScreenPane,
  at: HistoryPlace,
  count: number,
): Promise<EarlierRows | "moved" | "busy"> {
  const first = Math.max(0, at.row - count);
  const boundary = loadCrypto().randomUUID();
  const next = `display-message -p ${boundary}`;
  let { size } = at;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const rows = (from: number, to: number): string => `-t ${id} -S ${from - size} -E ${to - size}`;
    const act = [
      `display-message -p -t ${id} '${paneProcess} #{pane_width} #{history_size}'`,
      next,
      `capture-pane -p ${rows(at.row, at.row + anchorRows - 1)}`,
      next,
      `capture-pane -p ${rows(first, first + anchorRows - 1)}`,
      next,
      `capture-pane -p -e -J ${rows(first, at.row - 1)}`,
      next,
    ];
    const isOurs = `#{==:#{@mosaic_agent},${agent}}`;
    const outcome = await runTmux(exec, socket, ["if-shell", "-F", "-t", id, isOurs, act.join(" ; ")], {
      isLook: true,
    });
    if (outcome.kind !== "exited" || outcome.code !== 0) return "moved";
    const [facts = "", anchor, before = "", text = "", end] = outcome.stdout.split(`${boundary}\n`);
    const [pid, columns, now = 0] = facts.split(" ").map(Number);
    if (end === undefined || pid !== at.pid || columns !== at.columns || now < at.size) return "moved";
    if (now === size) {
      if (anchor !== at.anchor) return "moved";
      return { text, place: { pid, columns, size, row: first, anchor: before } };
    }
    size = now;
  }
  return "busy";
}
