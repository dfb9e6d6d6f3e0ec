import type { InputPaths, Inputs } from "../desired/inputs.ts";
import { agentUnit, timerUnit, watchLockPath, type Layout } from "../desired/layout.ts";
import { watchUnit } from "../desired/files/watch-service.ts";
import { ok, type Diagnostic, type Result } from "../diagnostics/diagnostic.ts";
import { listUnits, type ListedUnit } from "../drivers/systemd/list-units.ts";
import { showUnits } from "../drivers/systemd/show-units.ts";
import { changedAtMs } from "../drivers/files/read.ts";
import { listPanes } from "../drivers/tmux/list-panes.ts";
import type { Exec } from "../system/exec.ts";
import { readFleetFiles } from "./files/fleet-files.ts";
import { beginInForce } from "./in-force/observe-in-force.ts";
import { readInputs } from "./files/read-inputs.ts";
import { isReloadPending } from "./runtime/reload-flag.ts";
import { lostServer } from "./tmux/lost-server.ts";
import { readOtherFleets } from "./files/other-fleets.ts";
import { withWayOut } from "./tmux/other-tmux.ts";
import { hasStartedSince, readRuntime } from "./runtime/runtime.ts";
import { readLockHolder } from "./watch/lock-holder.ts";
import { observeTmux, selfSession, selfUnit, unitOfProcess } from "./tmux/observe-tmux.ts";
import type { Observed, ObservedUnit, ObservedWatch } from "../observed/types.ts";
import { observeTmuxConfig, readServerEnd, readStartErrors, readStartFailure } from "./tmux/tmux-config.ts";
import { readInstalledWatch } from "./watch/watch-program.ts";

/** An observation of the machine that has begun. */
export interface PendingObservation {
  /** The inputs of fleet.yaml, already read: usable while systemctl and tmux are at work. */
  readonly inputs: Inputs;
  /**
   * Returns the rest of it, without the start script's files on the agents in `passOver`. Call it only once.
   */
  readonly finish: (passOver?: PassOver) => Promise<Result<Observed>>;
}

/** A function that returns agents to leave out, given all other observations. */
type PassOver = (observed: Omit<Observed, "runtime">) => Pick<ReadonlySet<string>, "has">;

/**
 * Takes one snapshot of everything a fleet depends on: one systemctl call (and one more if units have
 * failed), one tmux call, and the files, all at once. If any part cannot be read the whole fails, so unknown
 * is never taken for absent.
 */
export async function observe(layout: Layout, paths: InputPaths, exec: Exec): Promise<Result<Observed>> {
  return beginToObserve(layout, paths, exec).finish();
}

/**
 * Takes a snapshot to see whether some agents run as declared: the files, working directories and runtime of these alone,
 * and no files of others.
 */
export async function observeAgents(
  names: readonly string[],
  layout: Layout,
  exec: Exec,
): Promise<Result<Observed>> {
  const only = new Set(names);
  const passOver = { has: (name: string): boolean => !only.has(name) };
  return beginToObserve(layout, { envFiles: [], workdirs: [] }, exec, only).finish(() => passOver);
}

/**
 * Observes in two steps: returns after reading the files, with the calls under way. With `only`, it leaves out what
 * `observeAgents` does.
 */
export function beginToObserve(
  layout: Layout,
  paths: InputPaths,
  exec: Exec,
  only?: ReadonlySet<string>,
): PendingObservation {
  const reading = beginToRead(layout, paths, exec, only);
  const inputs = readInputs(paths, layout);
  return { inputs, finish };

  async function finish(passOver: PassOver = () => new Set()): Promise<Result<Observed>> {
    for (let current = reading, again = 0; ; current = beginToRead(layout, paths, exec, only), again += 1) {
      const read = await current.finish();
      if (!read.ok) return read;
      const observed = { ...read.value, inputs };
      const runtime = readRuntime(layout, passOver(observed));
      // The parts of a reading are not of one moment. If another run has written files since, a new agent runs without any
      // file, as if somebody else had made it. If an agent has started since, its unit may run, and its pane be the one from
      // before: it would restart a second time.
      const isTorn =
        current.isOutdated() || (only === undefined && hasStartedSince(runtime, current.beganMs));
      if (!isTorn || again === mostAgain) return ok({ ...observed, runtime });
    }
  }
}

/** The most further readings: something may write or start all the time. */
const mostAgain = 2;

/** One reading of everything except the inputs of fleet.yaml and the start script's files on agents. */
interface MachineReading {
  readonly finish: () => Promise<Result<Omit<Observed, "runtime" | "inputs">>>;
  /** ms since the epoch. */
  readonly beganMs: number;
  /** Returns true if files came or went after they were read. */
  readonly isOutdated: () => boolean;
}

/** Starts the calls, and reads the files while they are under way. */
function beginToRead(
  layout: Layout,
  paths: InputPaths,
  exec: Exec,
  only: ReadonlySet<string> | undefined,
): MachineReading {
  const beganMs = Date.now();
  const running = Promise.all([
    observeUnits(exec, [layout.holderUnit, agentUnit(layout, "*"), timerUnit(layout, "*")]),
    listPanes(exec, layout.socket),
    observeTmuxConfig(paths.tmuxConfig, exec),
  ]);
  const before = folderChangesOf(layout);
  const files = readFleetFiles(layout, only);
  const own = files.ok ? files.value : undefined;
  const finishInForce = only === undefined ? beginInForce(layout, own, exec) : () => ok(undefined);
  return { finish, beganMs, isOutdated: () => folderChangesOf(layout) !== before };

  async function finish(): ReturnType<MachineReading["finish"]> {
    const [units, server, tmuxConfig] = await running;
    const problems: readonly Diagnostic[] = [units, server, files].flatMap((part) =>
      part.ok ? [] : part.diagnostics.map((problem) => withWayOut(problem, layout)),
    );
    if (!units.ok || !server.ok || !files.ok) return { ok: false, diagnostics: problems };
    const tmux = observeTmux(server.value, () => lostServer(layout, process.getuid?.()), only);
    const inForce = await finishInForce(units.value, tmux, process.getuid?.() ?? 0);
    if (!inForce.ok) return inForce;
    return ok({
      now: Date.now(),
      units: new Map(units.value.map((unit) => [unit.name, unit])),
      tmux,
      ...files.value,
      uid: process.getuid?.(),
      otherFleets: readOtherFleets(layout),
      inForce: inForce.value,
      lostWatch: lostWatch(layout),
      watch: observeWatch(layout),
      tmuxConfig,
      startErrors: readStartErrors(layout),
      startFailure: readStartFailure(layout),
      serverEndMs: readServerEnd(layout),
      reloadPending: isReloadPending(layout),
      selfUnit: selfUnit(),
      selfSession: selfSession(server.value, process.env),
    });
  }
}

/** Returns the times of the last changes of names in the folders of the fleet's files, as one text to compare. */
function folderChangesOf({ envDir, unitDir, wantsDir }: Layout): string {
  return [envDir, unitDir, wantsDir].map((folder) => changedAtMs(folder) ?? "absent").join(" ");
}

/** Returns the running watch, and looks up its service only if there is one. */
function observeWatch(layout: Layout): ObservedWatch | undefined {
  const { pid, version } = readLockHolder(watchLockPath(layout)) ?? {};
  if (pid === undefined) return undefined;
  return {
    pid,
    version,
    unit: unitOfProcess(String(pid)) === watchUnit(layout) ? watchUnit(layout) : undefined,
  };
}

function lostWatch(layout: Layout): Observed["lostWatch"] {
  const { unit = "", missing } = readInstalledWatch(layout) ?? {};
  return missing === undefined ? undefined : { unit, missing };
}

/**
 * Returns the units, with the details of the failed ones: systemd removes the runtime directory of a failed
 * unit.
 */
async function observeUnits(
  exec: Exec,
  patterns: readonly string[],
): Promise<Result<readonly ObservedUnit[]>> {
  const units = await listUnits(exec, patterns);
  if (!units.ok) return units;
  const details = await showUnits(
    exec,
    units.value.filter(hasFailed).map(({ name }) => name),
  );
  if (!details.ok) return details;
  const exits = new Map(details.value.map(({ unit, exitStatus }) => [unit, exitStatus]));
  return ok(
    units.value.map((unit) => (hasFailed(unit) ? { ...unit, exitStatus: exits.get(unit.name) } : unit)),
  );
}

function hasFailed({ active }: ListedUnit): boolean {
  return active === "failed";
}
