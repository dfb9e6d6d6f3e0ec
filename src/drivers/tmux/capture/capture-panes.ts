import { loadCrypto } from "../../../text/digests/digest.ts";
import type { Exec } from "../../../system/exec.ts";
import { inCalls, sequence } from "../sequence.ts";
import { runTmux } from "../tmux.ts";
import { expandTabs } from "../format/expand-tabs.ts";
import { deadPane } from "../../../logs/pane-text.ts";

/** Lines of a pane's history to read, enough to skip an empty rest of the screen. */
const mostHistory = 200;

/**
 * Returns the last `count` non-empty lines of each pane's last run, by pane id. An unreadable pane has none:
 * the lines are for display, and no decision depends on them. `from` the screen reads no history.
 */
export async function capturePanes(
  exec: Exec,
  socket: string,
  ids: readonly string[],
  count: number,
  from: "history" | "screen" = "history",
): Promise<ReadonlyMap<string, readonly string[]>> {
  const screens = new Map<string, readonly string[]>();
  for (const some of inCalls(ids)) {
    const texts = await captureTexts(exec, socket, some, from === "screen" ? 0 : mostHistory);
    for (const [index, id] of some.entries()) screens.set(id, lastLines(texts[index] ?? "", count));
  }
  return screens;
}

/** Returns the text of each pane, in the order of `ids`. */
async function captureTexts(
  exec: Exec,
  socket: string,
  ids: readonly string[],
  history: number,
): Promise<readonly string[]> {
  const boundary = loadCrypto().randomUUID();
  const args = ids.flatMap((id, index) => [
    ...(index > 0 ? [";", "display-message", "-p", boundary, ";"] : []),
    ...sequence([`capture-pane -pJ -S ${-history} -t ${id}`]),
  ]);
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  return outcome.kind === "exited" ? expandTabs(outcome.stdout).split(`${boundary}\n`) : [];
}

/**
 * Returns the last lines after tmux's note about a dead pane: a pane is reused with its old screen, so text
 * above that note belongs to an earlier run.
 */
function lastLines(screen: string, count: number): readonly string[] {
  const lines = screen
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  const said = lines.slice(0, lines.findLastIndex((line) => !line.startsWith(deadPane)) + 1);
  const old = said.findLastIndex((line) => line.startsWith(deadPane));
  return said.slice(old + 1).slice(-count);
}
