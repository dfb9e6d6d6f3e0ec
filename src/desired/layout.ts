import { dirname, join } from "node:path/posix";
import type { Machine } from "../machine/machine.ts";
import { unitPathOf } from "./unit-path.ts";

/** The session the start script of a holder makes for a moment, to see whether the server survives one. */
export const trialSession = "fleet-trial";

/** The names and absolute paths of everything one fleet owns on one machine. */
export interface Layout {
  readonly fleet: string;
  readonly socket: string;
  /** The folder for units of `systemctl --user enable` and of people. */
  readonly unitDir: string;
  /** The user manager's folders for units and drop-ins, `unitDir` among them. The first one wins. */
  readonly unitPath: readonly string[];
  readonly wantsDir: string;
  readonly holderUnit: string;
  readonly templateUnit: string;
  readonly holderPath: string;
  readonly templatePath: string;
  readonly scriptPath: string;
  /** Holds one NAME.env an agent, mode 0700. */
  readonly envDir: string;
  /** Holds one folder an agent while its unit runs, on tmpfs. */
  readonly runtimeDir: string;
  /** Holds one folder an agent with files that outlive its unit and a boot. */
  readonly recordsDir: string;
  /** The same, with the home directory as systemd's specifier %h if it is in the usual place. */
  readonly recordsSpecifier: string;
  /** The folder for locks and marks, which need not outlive a boot. */
  readonly stateDir: string;
}

/** Returns the layout of a fleet, from its name, its socket and its account. */
export function layoutOf(fleet: string, socket: string, machine: Machine): Layout {
  const unitDir = join(machine.configHome, "systemd/user");
  const holderUnit = `${fleet}-tmux-holder.service`;
  const templateUnit = `${fleet}-agent@.service`;
  return {
    fleet,
    socket,
    unitDir,
    unitPath: unitPathOf(machine),
    wantsDir: join(unitDir, "default.target.wants"),
    holderUnit,
    templateUnit,
    holderPath: join(unitDir, holderUnit),
    templatePath: join(unitDir, templateUnit),
    scriptPath: join(machine.configHome, fleet, "tools/fleet/start-agent-session.sh"),
    envDir: join(machine.configHome, fleet, "fleet/agents"),
    runtimeDir: join(machine.runtimeDir, `${fleet}-agent`),
    recordsDir: join(machine.stateHome ?? join(machine.home, ".local/state"), fleet, "fleet/agents"),
    recordsSpecifier: join(
      machine.stateHome?.replaceAll("%", "%%") ?? "%h/.local/state",
      fleet,
      "fleet/agents",
    ),
    stateDir: join(machine.runtimeDir, "mosaic-fleet"),
  };
}

/** Returns the runtime directory of the holder: RuntimeDirectory= of its unit. */
export function holderDir({ runtimeDir, holderUnit }: Pick<Layout, "runtimeDir" | "holderUnit">): string {
  return join(dirname(runtimeDir), holderUnit.replace(/\.service$/, ""));
}

/** Returns the unit of one agent. */
export function agentUnit(layout: Layout, agent: string): string {
  return `${layout.fleet}-agent@${agent}.service`;
}

/** Returns the agent of a unit, or undefined for any other unit. */
export function agentOfUnit(layout: Layout, unit: string): string | undefined {
  const prefix = `${layout.fleet}-agent@`;
  if (!unit.startsWith(prefix) || !unit.endsWith(".service")) return undefined;
  return unit.slice(prefix.length, -".service".length) || undefined;
}

export function envPath(layout: Layout, agent: string): string {
  return `${layout.envDir}/${agent}.env`;
}

export function dropInPath(layout: Layout, agent: string): string {
  return `${dropInFolder(layout, agent)}/${dropInName}`;
}

/** Returns the unit file of a service. It hides the agent template for this one name. */
export function unitFilePath(layout: Layout, service: string): string {
  return `${layout.unitDir}/${agentUnit(layout, service)}`;
}

/** Returns the timer of an agent or service with a schedule. It starts the unit of its name. */
export function timerUnit(layout: Layout, agent: string): string {
  return `${layout.fleet}-agent@${agent}.timer`;
}

export function timerPath(layout: Layout, agent: string): string {
  return `${layout.unitDir}/${timerUnit(layout, agent)}`;
}

/** Returns the folder of the links that start timers at boot. */
export function timersDir({ unitDir }: Pick<Layout, "unitDir">): string {
  return `${unitDir}/timers.target.wants`;
}

export function timerLinkPath(layout: Layout, agent: string): string {
  return `${timersDir(layout)}/${timerUnit(layout, agent)}`;
}

/** Returns the agent of a timer, or undefined for any other unit. */
export function agentOfTimer(layout: Layout, unit: string): string | undefined {
  return unit.endsWith(".timer")
    ? agentOfUnit(layout, `${unit.slice(0, -".timer".length)}.service`)
    : undefined;
}

/** Returns the folder of an agent's drop-in. */
export function dropInFolder(layout: Layout, agent: string): string {
  return `${layout.unitDir}/${agentUnit(layout, agent)}.d`;
}

/** The name of the fleet's drop-ins. systemd reads the drop-ins of a unit in the order of their names. */
export const dropInName = "50-fleet.conf";

/** Returns true for the name or path of a folder with drop-ins for a service. */
export function isDropInFolder(folder: string): boolean {
  return folder.endsWith(".service.d");
}

/** The mode of the folder with the env files. These may hold secrets: others may not even list them. */
export const envDirMode = 0o700;

/** Returns the path of the agent's symlink, as `systemctl --user enable` would make it. */
export function linkPath(layout: Layout, agent: string): string {
  return `${layout.wantsDir}/${agentUnit(layout, agent)}`;
}

/** Returns the start script's file with the number of automatic restarts since the last deliberate start. */
export function restartsPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "restarts");
}

/** Returns the file that makes the next start of an agent begin a new count of restarts, if it is not empty. */
export function freshPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "fresh");
}

/**
 * Returns the file with the agent's time, ms, until the kill at its last end; empty if it ended by itself.
 */
export function killedPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, `${agent}${killedSuffix}`);
}

/** The ending of such a file's name. No agent has such a name. */
export const killedSuffix = ".killed";

/** The ending of the name of the file, next to it, about the end of a run because memory ran out. */
export const memorySuffix = ".memory";

/**
 * Returns the file the start script writes at each start: its time of change is the time of the start.
 */
export function startedPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "pid");
}

/** Returns the start script's file with the old screen on its way to the next run; empty when it is there. */
export function screenCopyPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "screen");
}

/** Returns the start script's file with the last screen of the agent's last failed run. */
export function lastScreenPath({ recordsDir }: Layout, agent: string): string {
  return join(recordsDir, agent, "last-screen");
}

/** Returns the start script's file with the step systemd waits for; empty or absent if there is none. */
export function waitPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "wait");
}

/** Returns the start script's file with the end of a limit of the agent's account. */
export function limitPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "limit");
}

/** Returns the file with one JSON object a line, each about a run that changed something. */
export function historyPath({ recordsDir }: Layout): string {
  return join(dirname(recordsDir), "history.jsonl");
}

/** Returns the folder with the texts of the applied fleet files: one DIGEST.json a state. */
export function statesFolder({ recordsDir }: Layout): string {
  return join(dirname(recordsDir), "states");
}

/** Returns the folder with the fleet files a rollback has replaced. */
export function replacedFolder({ recordsDir }: Layout): string {
  return join(dirname(recordsDir), "replaced");
}

/** Returns the folder with an agent's log and last screen, which outlive its unit. */
export function recordsFolder({ recordsDir }: Layout, agent: string): string {
  return join(recordsDir, agent);
}

/**
 * Returns the files of an agent's log, the newest first: `output.log`, and as many full ones as there may be.
 */
export function* logPaths(layout: Layout, agent: string, keep: number): Generator<string> {
  const newest = join(recordsFolder(layout, agent), "output.log");
  yield newest;
  for (let number = 1; number <= keep; number += 1) yield `${newest}.${number}`;
}

/**
 * Returns the file for an agent's report of being busy; the agent gets the path as $MOSAIC_AGENT_BUSY.
 */
export function busyPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "busy");
}

/** Returns the lock of the run that sends something to an agent. */
export function inputLockPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "input.lock");
}

/** Returns the folder for the agents' reports of their activities, each in a file of its name. */
export function activityDir({ runtimeDir }: Layout): string {
  return `${runtimeDir}-activity`;
}

/** Returns the scripts for agents with a preset, next to the start script: the hook, and the one that runs programs. */
export function toolPaths({
  scriptPath,
}: Layout): Readonly<Record<"activity" | "runtime" | "worktree", string>> {
  const folder = dirname(scriptPath);
  return {
    activity: `${folder}/mosaic-activity`,
    runtime: `${folder}/mosaic-runtime`,
    worktree: `${folder}/mosaic-worktree`,
  };
}

/** Returns the paths of all files that the agents of a fleet share, whether the fleet needs them or not. */
export function sharedPaths(layout: Layout): readonly string[] {
  return [layout.holderPath, layout.templatePath, layout.scriptPath, ...Object.values(toolPaths(layout))];
}

/** Returns the lock for changes to the fleet. */
export function lockPath({ stateDir, fleet }: Layout): string {
  return join(stateDir, `${fleet}.lock`);
}

/** Returns the file with the path of the last applied fleet file since the last boot. */
export function appliedFilePath({ stateDir, fleet }: Layout): string {
  return join(stateDir, `${fleet}.applied`);
}

/** Returns the lock of the process that watches the fleet. */
export function watchLockPath({ stateDir, fleet }: Layout): string {
  return join(stateDir, `${fleet}.watch`);
}

/** Returns the start script's file with the process id of the fleet's tmux server. */
export function serverPidPath({ runtimeDir, fleet }: Layout): string {
  return join(dirname(runtimeDir), `${fleet}-tmux-holder`, "pid");
}

/** Returns the start script's file with the reason for a failed worktree at the last start. */
export function worktreeFailurePath({ recordsDir }: Pick<Layout, "recordsDir">, agent: string): string {
  return join(recordsDir, agent, "worktree-failed");
}

/** Returns the file with the worktrees made for an agent: a repository, a tab and a path each line. */
export function worktreesPath({ recordsDir }: Pick<Layout, "recordsDir">, agent: string): string {
  return join(recordsDir, agent, "worktrees");
}
