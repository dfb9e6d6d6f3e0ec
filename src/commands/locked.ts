import { lockFleet } from "../apply/lock.ts";
import { sweepLeftovers } from "../apply/sweep.ts";
import type { FleetConfig } from "../config/types.ts";
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
  const lock = await lockFleet(layout, command, lockTimeout);
  if (!lock.ok) return report(context, lock.diagnostics);
  try {
    sweepLeftovers(layout, context.machine.cacheHome);
    return await work({ config: config.value, layout });
  } finally {
    await lock.value.release();
  }
}
