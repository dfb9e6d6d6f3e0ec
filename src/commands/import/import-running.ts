import { listReadableFolder, readPath } from "../../drivers/files/read.ts";
import { listWork } from "../../drivers/tmux/list-work.ts";
import { combine } from "../../import/combine.ts";
import type { ImportedFleet } from "../../import/form/imported.ts";
import { openLedger } from "../../import/form/ledger.ts";
import { readRunning } from "../../import/running/read-running.ts";
import { readUnit, type UnitFile } from "../../import/running/read-unit.ts";
import { report, type Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { ImportFlags } from "../shared/flags.ts";
import { finishImport, worldOf } from "./import.ts";

/** Runs `fleet import --running`: prints the sessions of a tmux server, and units made by hand, as a fleet.yaml. */
export async function importRunning(context: Context, flags: ImportFlags): Promise<ExitCode> {
  const { exec, machine } = context;
  const world = worldOf(context);
  const units = unitAgents(userUnits(`${machine.configHome}/systemd/user`), world);
  const listed = await listWork(exec, flags.socket ?? "default");
  // Units made by hand are enough.
  if (!listed.ok && units.agents.length === 0) return report(context, listed.diagnostics);
  const panes = listed.ok ? listed.value.filter(({ isOwned }) => !isOwned) : [];
  const sessions = readRunning(panes, world, flags.per ?? "auto");
  const fleet = combine(
    units.agents.length === 0 ? [sessions] : [sessions, withoutSessions(units, sessions)],
  );
  const untouched = { code: "untouched", file: "tmux", subject: "" } as const;
  return finishImport(
    context,
    { ...fleet, notes: [...fleet.notes, untouched] },
    [{ path: "", format: "running" }],
    flags,
  );
}

/** Leaves out units that make a session of tmux: the session is the same agent. */
function withoutSessions(units: ImportedFleet, { agents }: ImportedFleet): ImportedFleet {
  const names = new Set(agents.map(({ name }) => name));
  return { ...units, agents: units.agents.filter(({ name }) => !names.has(name)) };
}

function unitAgents(files: readonly UnitFile[], world: ReturnType<typeof worldOf>): ImportedFleet {
  const ledger = openLedger("systemd");
  const agents = files.flatMap((file) => readUnit(file, world, ledger) ?? []);
  const reading = ledger.finish({ agents });
  return reading.ok ? reading.value : { tmux: {}, defaults: {}, agents: [], lost: [], notes: reading.notes };
}

/** Returns the services written by the user: files, but none of a fleet. */
function userUnits(folder: string): readonly UnitFile[] {
  return listReadableFolder(folder)
    .filter((name) => name.endsWith(".service"))
    .flatMap((name): readonly UnitFile[] => {
      const path = `${folder}/${name}`;
      const found = readPath(path);
      if (found?.kind !== "file") return [];
      return [{ name, path, text: found.content }];
    });
}
