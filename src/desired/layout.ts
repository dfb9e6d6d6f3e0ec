import { dirname, join } from "node:path/posix";
import type { Machine } from "../machine/machine.ts";
import { unitPathOf } from "./unit-path.ts";

/** Names and absolute paths of everything that one fleet owns on one machine. */
export interface Layout {
  readonly fleet: string;
  readonly socket: string;
  /** Where `systemctl --user enable` and people put units. */
  readonly unitDir: string;
  /** Every folder in which the user manager looks for units and drop-ins, `unitDir` among them. The first one wins. */
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
  /** For locks and marks that need not outlive a boot. */
  readonly stateDir: string;
}

/** The layout of a fleet, from its name, its socket and the account it runs under. */
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
    stateDir: join(machine.runtimeDir, "mosaic-fleet"),
  };
}

/** The runtime directory of the holder: RuntimeDirectory= of its unit. */
export function holderDir({ runtimeDir, holderUnit }: Layout): string {
  return join(dirname(runtimeDir), holderUnit.replace(/\.service$/, ""));
}

/** The unit of one agent. */
export function agentUnit(layout: Layout, agent: string): string {
  return `${layout.fleet}-agent@${agent}.service`;
}

/** The agent whose unit this is, or undefined for any other unit. */
export function agentOfUnit(layout: Layout, unit: string): string | undefined {
  const prefix = `${layout.fleet}-agent@`;
  if (!unit.startsWith(prefix) || !unit.endsWith(".service")) return undefined;
  return unit.slice(prefix.length, -".service".length) || undefined;
}

export function envPath(layout: Layout, agent: string): string {
  return `${layout.envDir}/${agent}.env`;
}

export function dropInPath(layout: Layout, agent: string): string {
  return `${layout.unitDir}/${agentUnit(layout, agent)}.d/50-fleet.conf`;
}

/** Where `systemctl --user enable` would put the agent's symlink. */
export function linkPath(layout: Layout, agent: string): string {
  return `${layout.wantsDir}/${agentUnit(layout, agent)}`;
}

/** Where the start script counts an agent's automatic restarts since the last deliberate start. */
export function restartsPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "restarts");
}

/** Returns the file with the time, ms, after which the agent's last end had to kill; empty if it did not. */
export function killedPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, `${agent}${killedSuffix}`);
}

/** Ends the name of such a file. No agent has a name like that. */
export const killedSuffix = ".killed";

/** What the start script writes at each start: its time of change is that of the start. */
export function startedPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "pid");
}

/** The file by which an agent says that it is busy; it knows the path as $MOSAIC_AGENT_BUSY. */
export function busyPath(layout: Layout, agent: string): string {
  return join(layout.runtimeDir, agent, "busy");
}

/** Held by whoever changes the fleet. */
export function lockPath({ stateDir, fleet }: Layout): string {
  return join(stateDir, `${fleet}.lock`);
}

/** Names the fleet file that was applied last, since the last boot. */
export function appliedFilePath({ stateDir, fleet }: Layout): string {
  return join(stateDir, `${fleet}.applied`);
}

/** Held by the process that watches the fleet. */
export function watchLockPath({ stateDir, fleet }: Layout): string {
  return join(stateDir, `${fleet}.watch`);
}

/** Where the start script keeps the process id of the fleet's tmux server. */
export function serverPidPath({ runtimeDir, fleet }: Layout): string {
  return join(dirname(runtimeDir), `${fleet}-tmux-holder`, "pid");
}
