import type { Exec } from "../../system/exec.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { explainTmux, isNoServer, runTmux } from "./tmux.ts";

/** A pane of an agent, as tmux counts its rows. */
export interface ListedLook {
  readonly id: string;
  readonly agent: string;
  readonly pid: number;
  readonly dead: boolean;
  readonly historySize: number;
  readonly historyLimit: number;
  readonly cursorY: number;
  readonly height: number;
  readonly isAlternate: boolean;
}

const format = [
  "#{pane_id}",
  "#{pane_pid}",
  "#{pane_dead}",
  "#{history_size}",
  "#{history_limit}",
  "#{cursor_y}",
  "#{pane_height}",
  "#{alternate_on}",
  "#{@mosaic_agent}",
].join("|");

/** Returns the panes of all agents on a socket, in one call; none without a server. */
export async function listLooks(exec: Exec, socket: string): Promise<Result<readonly ListedLook[]>> {
  const args = ["list-panes", "-a", "-F", format];
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  if (isNoServer(outcome)) return ok([]);
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, args);
  const looks = outcome.stdout.split("\n").filter(Boolean).map(parseLook);
  if (looks.every((look) => look !== undefined)) return ok(looks.filter(({ agent }) => agent !== ""));
  return fail("unreadable-output", "tmux list-panes printed something other than its panes", {
    detail: `It began with: ${JSON.stringify(outcome.stdout.slice(0, 80))}`,
  });
}

function parseLook(line: string): ListedLook | undefined {
  const [id = "", pid, dead, historySize, historyLimit, cursorY, height, alternate, agent = ""] =
    line.split("|");
  const numbers = [pid, historySize, historyLimit, cursorY, height].map(Number);
  if (!id.startsWith("%") || numbers.some(Number.isNaN)) return undefined;
  return {
    id,
    agent,
    pid: Number(pid),
    dead: dead === "1",
    historySize: Number(historySize),
    historyLimit: Number(historyLimit),
    cursorY: Number(cursorY),
    height: Number(height),
    isAlternate: alternate === "1",
  };
}
