import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { PaneRows } from "../../logs/pane-rows.ts";
import { explainTmux, isNoServer, runTmux } from "./tmux.ts";
import { paneProcess } from "./format/pane-process.ts";

const format = [
  "#{pane_id}",
  paneProcess,
  "#{pane_dead}",
  "#{history_size}",
  "#{history_limit}",
  "#{cursor_y}",
  "#{pane_height}",
  "#{alternate_on}",
  "#{session_created}",
  "#{@mosaic_agent}",
  "#{@mosaic_pane}",
].join("|");

/** tmux's words for a server without a session, and for one that ends during the call. */
const emptyServer = /^(?:no current target|no sessions|server exited.*|lost server)$/m;

function isEmptyServer(outcome: CommandOutcome): boolean {
  return outcome.kind === "exited" && outcome.code === 1 && emptyServer.test(outcome.stderr);
}

/** Returns the panes of all agents on a socket, and those declared next to them, in one call; none without a server. */
export async function listPaneRows(exec: Exec, socket: string): Promise<Result<readonly PaneRows[]>> {
  const args = ["list-panes", "-a", "-F", format];
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  if (isNoServer(outcome) || isEmptyServer(outcome)) return ok([]);
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, args);
  const panes = outcome.stdout.split("\n").filter(Boolean).map(parsePane);
  if (panes.every((pane) => pane !== undefined))
    return ok(panes.filter(({ agent, side }) => agent !== "" || side !== ""));
  return fail("unreadable-output", "tmux list-panes printed something other than its panes", {
    detail: `It began with: ${JSON.stringify(outcome.stdout.slice(0, 80))}`,
  });
}

function parsePane(line: string): PaneRows | undefined {
  const [
    id = "",
    pid,
    dead,
    historySize,
    historyLimit,
    cursorY,
    height,
    alternate,
    created,
    agent = "",
    side = "",
  ] = line.split("|");
  const numbers = [pid, historySize, historyLimit, cursorY, height, created].map(Number);
  if (!id.startsWith("%") || numbers.some(Number.isNaN)) return undefined;
  return {
    id,
    agent,
    side,
    pid: Number(pid),
    dead: dead === "1",
    historySize: Number(historySize),
    historyLimit: Number(historyLimit),
    cursorY: Number(cursorY),
    height: Number(height),
    isAlternate: alternate === "1",
    createdMs: Number(created) * 1000,
  };
}
