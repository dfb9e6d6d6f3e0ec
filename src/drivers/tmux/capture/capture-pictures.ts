import type { Exec } from "../../../system/exec.ts";
import { captureEach } from "./capture-each.ts";

/**
 * Returns the screens of panes with their escape sequences, by pane id, in one call. An unreadable pane is
 * left out.
 */
export async function capturePictures(
  exec: Exec,
  socket: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const captured = await captureEach(exec, socket, ids, "#{pane_id}", "-p -e");
  return new Map(captured.flatMap(({ facts, text }) => (facts === "" ? [] : [[facts, text] as const])));
}
