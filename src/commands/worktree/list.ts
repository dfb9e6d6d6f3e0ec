import { layoutOf } from "../../desired/layout.ts";
import { inspectWorktree } from "../../observe/worktrees/inspect-worktree.ts";
import { processesInside } from "../../observe/worktrees/processes-inside.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { worktreeListJson } from "../../report/worktree/worktree-json.ts";
import { worktreeLines } from "../../report/worktree/worktree-text.ts";
import { eightAtATime } from "../send/eight-at-a-time.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { gatherWorktrees } from "./gather.ts";

/** Runs `fleet worktree list`: shows the worktrees of agents, also of former ones. Changes nothing. */
export async function listWorktrees(context: Context, selection: Selection): Promise<ExitCode> {
  waitForReaders();
  const { exec, machine, output } = context;
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const layout = layoutOf(config.value.name, config.value.tmux.socket, machine);
  const gathered = await gatherWorktrees(config.value, layout, selection, context);
  if (!gathered.ok) return report(context, gathered.diagnostics);
  const { declared, worktrees } = gathered.value;
  const inside = processesInside(worktrees.map(({ place }) => place));
  const inspected = await eightAtATime(worktrees, async (found) => {
    const { branch, findings } = await inspectWorktree(found, {
      exec,
      fleet: layout.fleet,
      uid: machine.uid,
      inside: () => inside.get(found.place) ?? [],
      isThorough: false,
    });
    const { agent, repo, path } = found;
    return { agent, repo, path, isDeclared: declared.has(agent), branch, findings };
  });
  output.json(worktreeListJson(layout.fleet, inspected));
  output.text(worktreeLines(inspected));
  return exitCodes.ok;
}
