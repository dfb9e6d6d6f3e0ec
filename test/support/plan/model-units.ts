import {
  agentOfUnit,
  agentUnit,
  dropInPath,
  envPath,
  linkPath,
  agentOfTimer,
  timerPath,
  unitFilePath,
} from "../../../src/desired/layout.ts";
import { isEdited } from "../../../src/desired/marks/file-mark.ts";
import { parseConfigMark } from "../../../src/desired/marks/config-mark.ts";
import type { ObservedFile, ObservedPane } from "../../../src/observed/types.ts";
import { panesOf, setPanes, textAt, type World } from "./world.ts";

/** Does the same as `systemctl start UNIT`, with Requires= and Wants=, the start limit, and the start script. */
export function startUnit(world: World, unit: string): void {
  if (isUp(world, unit) && !isWaitingToRestart(world, unit)) return;
  if (unit.endsWith(".timer")) {
    startTimer(world, unit);
    return;
  }
  const agent = agentOfUnit(world.layout, unit);
  if (agent === undefined) startHolder(world);
  else startAgent(world, unit, agent);
}

/** Does the same as the start of a timer: it reads its times now, and at each reload. */
function startTimer(world: World, unit: string): void {
  const text = world.loaded.get(timerPath(world.layout, agentOfTimer(world.layout, unit) ?? ""));
  if (text === undefined) return;
  setUnit(world, unit, "active", "waiting");
  world.startedWith.set(unit, text);
}

function startHolder(world: World): void {
  const { holderUnit, holderPath } = world.layout;
  if (!world.loaded.has(holderPath)) return;
  if (world.tmux !== undefined) {
    setUnit(world, holderUnit, "failed", "failed");
    return;
  }
  if (!mayStart(world, holderUnit, [holderPath])) return;
  world.tmux = { pid: world.serial++, unit: holderUnit, panes: [] };
  setUnit(world, holderUnit, "active", "running");
}

/** Returns true if the manager reads a unit file of this name, and so no template: see mosaic-service.service. */
function isService(world: World, name: string): boolean {
  return world.loaded.has(unitFilePath(world.layout, name));
}

function startService(world: World, unit: string, name: string): void {
  const env = textAt(world, envPath(world.layout, name));
  if (env === undefined) return;
  if (!mayStart(world, unit, [unitFilePath(world.layout, name)])) return;
  setUnit(world, unit, "active", "running");
  world.startedWith.set(name, env);
  const config = isEdited(env) ? "" : (/^MOSAIC_AGENT_CONFIG="(.*)"$/m.exec(env)?.[1] ?? "");
  const { restarts = 0 } = world.runtime.get(name) ?? {};
  world.runtime.set(name, {
    startedMs: world.now,
    exitStatus: undefined,
    restarts,
    config,
    pid: world.serial++,
  });
  for (const wanted of wantsOf(world, name)) startUnit(world, wanted);
}

function startAgent(world: World, unit: string, agent: string): void {
  if (isService(world, agent)) {
    startService(world, unit, agent);
    return;
  }
  const { holderUnit, templatePath } = world.layout;
  const template = world.loaded.get(templatePath);
  if (template === undefined) return;
  // Other agents do not start an agent that is not declared, or blocked.
  if (template.includes("ConditionPathExists=") && !world.files.has(envPath(world.layout, agent))) return;
  startUnit(world, holderUnit);
  if (!isUp(world, holderUnit)) return;
  if (!mayStart(world, unit, [dropInPath(world.layout, agent), templatePath])) return;
  openPane(world, unit, agent);
  for (const wanted of wantsOf(world, agent)) startUnit(world, wanted);
}

/** Counts a start; if the unit was started too often, it fails instead. */
function mayStart(world: World, unit: string, texts: readonly string[]): boolean {
  const limits = texts.map((path) => directive(world, path, "StartLimitBurst"));
  const starts = world.starts.get(unit) ?? 0;
  world.starts.set(unit, starts + 1);
  if (starts < Number(limits.find((limit) => limit !== undefined))) return true;
  setUnit(world, unit, "failed", "failed");
  return false;
}

function openPane(world: World, unit: string, agent: string): void {
  const session = panesOf(world).filter(({ sessionName }) => sessionName === agent);
  const own = session.find((pane) => pane.agent === agent);
  if (session.length > 0 && own === undefined) {
    setUnit(world, unit, "failed", "failed");
    return;
  }
  endProcesses(world, agent); // systemd starts a unit after the end of its last run, also if its session was renamed
  const env = textAt(world, envPath(world.layout, agent));
  const template = world.loaded.get(world.layout.templatePath) ?? "";
  const pane: ObservedPane = {
    id: own?.id ?? `%${world.serial++}`,
    sessionId: own?.sessionId ?? `$${world.serial++}`,
    sessionName: agent,
    sessionUnit: unit,
    attached: own?.attached ?? 0,
    pid: world.serial++,
    dead: false,
    activity: Math.floor(world.now / 1000),
    agent,
    config: parseConfigMark(/^MOSAIC_AGENT_CONFIG="(.*)"$/m.exec(env ?? "")?.[1] ?? ""),
    units: /^Environment="?MOSAIC_AGENT_UNITS=(\w+)"?$/m.exec(template)?.[1],
  };
  setPanes(world, [...panesOf(world).filter(({ id }) => id !== own?.id), pane]);
  setUnit(world, unit, "active", "running");
  world.startedWith.set(agent, env);
  const { restarts = 0 } = world.runtime.get(agent) ?? {};
  world.runtime.set(agent, {
    startedMs: world.now,
    exitStatus: undefined,
    restarts,
  });
}

/**
 * Does the same as `systemctl stop UNIT`. Only the processes of a renamed session end. If the unit just waits for its
 * restart, no ExecStopPost= closes the session.
 */
export function stopUnit(world: World, unit: string): void {
  if (unit.endsWith(".timer")) {
    world.units.delete(unit);
    return;
  }
  const agent = agentOfUnit(world.layout, unit);
  if (agent === undefined) {
    const others = [...world.units.keys()].filter((each) => each !== unit);
    for (const name of others) {
      // A service does not require the holder.
      const other = agentOfUnit(world.layout, name);
      if (other !== undefined && !isService(world, other)) stopUnit(world, name);
    }
    world.tmux = undefined;
    world.units.delete(unit);
    return;
  }
  if (world.units.get(unit)?.active === "failed" || !world.units.has(unit)) return;
  if (world.units.get(unit)?.sub === "stop-post") {
    setUnit(world, unit, "failed", "failed"); // the stop came while the unit was failing
    return;
  }
  endProcesses(world, agent);
  const session = panesOf(world).find((pane) => pane.sessionName === agent && pane.agent === agent);
  if (session !== undefined && !isWaitingToRestart(world, unit)) removeSession(world, session.sessionId);
  becomeInactive(world, unit, agent);
}

/** Does the same as `systemctl restart UNIT`: the session stays, its pane is reused. */
export function restartUnit(world: World, unit: string): void {
  if (unit.endsWith(".timer")) world.units.delete(unit);
  const agent = agentOfUnit(world.layout, unit);
  if (agent !== undefined && isUp(world, unit)) {
    endProcesses(world, agent);
    world.runtime.delete(agent);
    setUnit(world, unit, "inactive", "dead");
  }
  startUnit(world, unit);
}

/** Brings everything begun to its end. */
export function settleUnits(world: World): void {
  for (const [unit, { active, sub, job }] of world.units) {
    const agent = agentOfUnit(world.layout, unit);
    if (agent === undefined) continue;
    if (active === "activating" && sub === "start") {
      setUnit(world, unit, "inactive", "dead");
      startUnit(world, unit);
    }
    if (job === "restart") restartUnit(world, unit);
    else if (active === "deactivating") stopUnit(world, unit);
  }
}

/** Does the same as an agent's death: a restart by systemd, as long as the start limit lets it. */
export function crash(world: World, agent: string, exitStatus: number): void {
  const unit = agentUnit(world.layout, agent);
  const restarts = (world.runtime.get(agent)?.restarts ?? 0) + 1;
  endProcesses(world, agent);
  world.runtime.set(agent, { startedMs: undefined, exitStatus, restarts });
  setUnit(world, unit, "failed", "failed");
  if (directive(world, settingsPath(world, agent), "Restart") !== "no") startUnit(world, unit);
}

/** Does the same as `tmux kill-session -t ID`. */
export function killSession(world: World, sessionId: string): void {
  const victims = panesOf(world).filter((pane) => pane.sessionId === sessionId && !pane.dead);
  removeSession(world, sessionId);
  for (const { agent } of victims) {
    if (agent !== undefined && isUp(world, agentUnit(world.layout, agent))) crash(world, agent, 129);
  }
}

export function resetFailed(world: World, unit: string): void {
  world.starts.set(unit, 0);
  const agent = agentOfUnit(world.layout, unit);
  if (world.units.get(unit)?.active !== "failed") return;
  if (agent === undefined) world.units.delete(unit);
  else becomeInactive(world, unit, agent);
}

export function reloadManager(world: World): void {
  world.loaded.clear();
  for (const [path, file] of world.files) {
    const text = unitText(path, file);
    if (text !== undefined) world.loaded.set(path, text);
  }
  for (const unit of world.units.keys()) {
    const text = world.loaded.get(timerPath(world.layout, agentOfTimer(world.layout, unit) ?? ""));
    if (text !== undefined) world.startedWith.set(unit, text);
  }
  for (const [unit, { active }] of world.units) {
    const agent = agentOfUnit(world.layout, unit);
    if (active === "inactive" && agent !== undefined) becomeInactive(world, unit, agent);
  }
  world.reloadPending = false;
}

/** Returns the manager's reading of a file: the text of a unit or drop-in, or that a unit is enabled. */
export function unitText(path: string, file: ObservedFile | undefined): string | undefined {
  if (file?.kind === "link") return `-> ${file.target}`;
  return file?.kind === "file" && /\.(?:service|conf|timer)$/.test(path) ? file.content : undefined;
}

export function setUnit(world: World, unit: string, active: string, sub: string): void {
  world.units.set(unit, { name: unit, load: "loaded", active, sub });
}

/** Ends everything that the agent's unit ran; tmux keeps the dead panes, because remain-on-exit is on. */
export function endProcesses(world: World, agent: string): void {
  setPanes(
    world,
    panesOf(world).map((pane) => (pane.agent === agent ? { ...pane, dead: true } : pane)),
  );
}

/**
 * Makes a unit inactive. If nothing refers to it, it is forgotten with its start limit; an enabled one is not (seen
 * with systemd 252).
 */
function becomeInactive(world: World, unit: string, agent: string): void {
  world.runtime.delete(agent);
  if (world.loaded.has(linkPath(world.layout, agent))) setUnit(world, unit, "inactive", "dead");
  else {
    world.units.delete(unit);
    world.starts.delete(unit);
  }
}

function removeSession(world: World, sessionId: string): void {
  setPanes(
    world,
    panesOf(world).filter((pane) => pane.sessionId !== sessionId),
  );
}

function isUp(world: World, unit: string): boolean {
  return ["active", "activating", "reloading"].includes(world.units.get(unit)?.active ?? "inactive");
}

/** Returns true for a unit in auto-restart. A start job starts it too, if only when its time has come. */
function isWaitingToRestart(world: World, unit: string): boolean {
  return world.units.get(unit)?.sub.startsWith("auto-restart") ?? false;
}

function wantsOf(world: World, agent: string): readonly string[] {
  return directive(world, settingsPath(world, agent), "Wants")?.split(" ") ?? [];
}

function settingsPath(world: World, agent: string): string {
  return isService(world, agent) ? unitFilePath(world.layout, agent) : dropInPath(world.layout, agent);
}

function directive(world: World, path: string, name: string): string | undefined {
  // The last assignment counts.
  return [...(world.loaded.get(path) ?? "").matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].at(-1)?.[1];
}
