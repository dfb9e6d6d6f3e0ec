import { capturePanes } from "../../drivers/tmux/capture/capture-panes.ts";
import type { TableRow } from "../../report/table/table-row.ts";
import type { Exec } from "../../system/exec.ts";

/** Returns the rows with the last line on the screen of each pane. One call to tmux for all of them, which only reads. */
export async function withLastLines<Row extends TableRow>(
  rows: readonly Row[],
  panes: ReadonlyMap<string, string>,
  socket: string,
  exec: Exec,
): Promise<readonly Row[]> {
  const ids = rows.flatMap(({ name }) => panes.get(name) ?? []);
  if (ids.length === 0) return rows;
  const screens = await capturePanes(exec, socket, ids, 1, "screen");
  return rows.map((row) => {
    const [line] = screens.get(panes.get(row.name) ?? "") ?? [];
    return line === undefined ? row : { ...row, lastLine: line.trimStart() };
  });
}
