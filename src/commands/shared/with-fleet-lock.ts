import type { CommonFlags, LockFlags } from "./flags.ts";
import { resolve } from "node:path";
import { lockFleet } from "../../apply/lock/lock.ts";
import { sweepLeftovers } from "../../apply/sweep.ts";
import type { FleetConfig } from "../../config/types.ts";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { findFleet, hostOf } from "../../config/file/load.ts";
import { layoutOf, watchLockPath, type Layout } from "../../desired/layout.ts";
import { readText } from "../../config/file/read-text.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { readLockHolder } from "../../observe/watch/lock-holder.ts";
import { report, type Context } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import { readFleet, readFleetAgain } from "./read-fleet.ts";

/** The data of a command as the fleet's only writer. */
export interface Locked {
  readonly config: FleetConfig;
  readonly layout: Layout;
  /** The command as waiting commands and the history show it. */
  readonly command: string;
}

/** Reads fleet.yaml and does `work` as the fleet's only writer. Waiting commands show `command`. */
export async function withFleetLock(
  context: Context,
  command: string,
  { lockTimeout = 0, anyFile = false }: LockFlags,
  work: (locked: Locked) => Promise<ExitCode>,
): Promise<ExitCode> {
  const first = await readFleet(context);
  if (!first.ok) return report(context, first.diagnostics);
  const elsewhere = otherHost(first.value);
  if (elsewhere !== undefined) return report(context, [elsewhere]);
  const layout = layoutOf(first.value.name, first.value.tmux.socket, context.machine);
  let waited = false;
  const tellWait = (holder: string): void => {
    waited = true;
    context.output.remark(`Waiting for ${holder} to end.`);
  };
  const lock = await lockFleet(layout, command, lockTimeout, tellWait, context.caller?.stop);
  if (!lock.ok) return report(context, lock.diagnostics);
  try {
    const rival = anyFile ? undefined : await otherFile(layout, context);
    if (rival !== undefined) return report(context, [rival]);
    sweepLeftovers(layout, context.machine.cacheHome);
    // The file may have changed during the wait.
    const now = waited ? await readFleetAgain(context) : first;
    if (!now.ok) return report(context, now.diagnostics);
    const config = ofFleet(layout, now.value);
    return config.ok
      ? await work({ config: config.value, layout, command })
      : report(context, config.diagnostics);
  } finally {
    lock.value.release();
  }
}

/** Returns a problem if a watch follows another file: it would revert this one, and end its sessions. */
async function otherFile(layout: Layout, { flags, machine }: Context): Promise<Diagnostic | undefined> {
  const followed = readLockHolder(watchLockPath(layout))?.file;
  if (followed === undefined) return undefined;
  const { configHome, cacheHome } = machine;
  // The file of another machine is not there.
  const found =
    flags.hostHere === undefined
      ? await findFleet({ path: flags.file, configHome, cacheHome })
      : ok(flags.file ?? "the file of another machine");
  const isHere = flags.hostHere === undefined || isSameFile(flags, followed);
  if (!found.ok || (isHere && realPath(resolve(found.value)) === realPath(followed))) return undefined;
  return {
    severity: "error",
    code: "blocked",
    summary: `fleet ${layout.fleet} is watched, as ${followed} says, and this is ${found.value}`,
    detail: "The watch would revert the changes of another file. Nothing was changed.",
    hint: `change ${followed}, or end the watch first`,
  };
}

/** Returns true if the file of another machine is this one: the other machine is this one, too. */
function isSameFile({ file = "", texts }: CommonFlags, followed: string): boolean {
  return texts?.get(file) === readOr(followed);
}

function readOr(path: string): string | undefined {
  const text = readText(path, path);
  return text?.ok === true ? text.value : undefined;
}

/** Returns a problem if a configuration is the part of another machine: its agents would run twice. */
export function otherHost(config: FleetConfig): Diagnostic | undefined {
  const host = hostOf(config);
  if (host === undefined || host.isHere) return undefined;
  return {
    severity: "error",
    code: "blocked",
    summary: `this machine is not host ${host.name}`,
    detail: "MOSAIC_FLEET_HOST chooses a host to look at. Nothing was changed.",
    hint: "unset it, or give the host the hostname of this machine",
  };
}

/** Checks that a configuration, read again, is still of the locked fleet. */
export function ofFleet({ fleet, socket }: Layout, config: FleetConfig): Result<FleetConfig> {
  if (config.name === fleet && config.tmux.socket === socket) return ok(config);
  return fail("locked", "the fleet's name or socket has just changed in fleet.yaml", {
    detail: "Nothing was changed.",
    hint: "run it again",
  });
}
