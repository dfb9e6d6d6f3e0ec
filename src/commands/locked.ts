import { lockFleet } from "../apply/lock.ts";
import { sweepLeftovers } from "../apply/sweep.ts";
import type { FleetConfig } from "../config/types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { layoutOf, type Layout } from "../desired/layout.ts";
import { report, type Context } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import { readFleet } from "./survey.ts";

export interface LockFlags {
  /** ms */
  readonly lockTimeout?: number;
}

/** What a command works on as the fleet's only writer. */
export interface Locked {
  readonly config: FleetConfig;
  readonly layout: Layout;
}

/** Reads fleet.yaml and does `work` as the fleet's only writer. `command` is what others are told who have to wait. */
export async function asOnlyWriter(
  context: Context,
  command: string,
  { lockTimeout = 0 }: LockFlags,
  work: (locked: Locked) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const layout = layoutOf(config.value.name, config.value.tmux.socket, context.machine);
  let waited = false;
  const lock = await lockFleet(layout, command, lockTimeout, (holder) => {
    waited = true;
    context.output.remark(`Waiting for ${holder} to end.`);
  });
  if (!lock.ok) return report(context, lock.diagnostics);
  try {
    sweepLeftovers(layout, context.machine.cacheHome);
    // Somebody may have edited the file meanwhile.
    const now = waited ? await readFleet(context) : config;
    if (!now.ok) return report(context, now.diagnostics);
    if (isOf(layout, now.value)) return await work({ config: now.value, layout });
    return report(context, [movedMeanwhile]);
  } finally {
    await lock.value.release();
  }
}

function isOf({ fleet, socket }: Layout, { name, tmux }: FleetConfig): boolean {
  return fleet === name && socket === tmux.socket;
}

const movedMeanwhile: Diagnostic = {
  severity: "error",
  code: "locked",
  summary: "the fleet's name or socket was changed in fleet.yaml while this waited for another run",
  hint: "run it again",
};
