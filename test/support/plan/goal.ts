import type { Desired, DesiredAgent, DesiredFile } from "../../../src/desired/types.ts";
import {
  agentOfUnit,
  agentUnit,
  dropInPath,
  envPath,
  agentOfTimer,
  linkPath,
  timerLinkPath,
  timerPath,
  timerUnit,
  unitFilePath,
  type Layout,
} from "../../../src/desired/layout.ts";
import { unitText } from "./model-units.ts";
import { panesOf, textAt, type World } from "./world.ts";

/**
 * Returns the differences between the machine and the declaration, in words; empty if the goal is met. It shares no
 * code with the planner, and knows more than the planner: the earlier state, the texts in the manager's memory, the
 * values of the running agents. `exempt` names blocked agents.
 */
export function shortfalls(
  world: World,
  before: World,
  desired: Desired,
  exempt: ReadonlySet<string> = new Set(),
): readonly string[] {
  const { layout } = desired;
  const declared = new Set(desired.agents.map(({ name }) => name));
  const leftovers = [...new Set([...ownedIn(before), ...ownedIn(world)])]
    .filter((name) => !declared.has(name) && !exempt.has(name))
    .map((name) => [name, tracesOf(world, name, layout)] as const);
  return [
    ...desired.shared.flatMap((file) => fileShortfall(world, file)),
    ...(world.reloadPending ? ["a reload is due"] : []),
    ...unreadTexts(world, before, exempt),
    ...desired.agents
      .filter(({ name }) => !exempt.has(name))
      .flatMap((agent) => agentShortfalls(world, agent, layout)),
    ...leftovers.flatMap(([name, traces]) => traces.map((trace) => `${name}: ${trace} is left`)),
  ];
}

/** Returns the agents with the mark of the fleet on something. */
export function ownedIn(world: World): ReadonlySet<string> {
  const { layout } = world;
  const names = [
    ...[...world.files.keys()].map((path) => nameInPath(path, layout)),
    ...panesOf(world).map(({ agent }) => agent),
  ];
  return new Set(names.filter((name) => name !== undefined).filter((name) => isOwned(world, name, layout)));
}

/** Returns true if a file or a pane of this agent carries the mark of this fleet and this agent. */
export function isOwned(world: World, name: string, layout: Layout): boolean {
  return (
    carriesMark(textAt(world, envPath(layout, name)), name, layout) ||
    carriesMark(textAt(world, dropInPath(layout, name)), name, layout) ||
    carriesMark(textAt(world, unitFilePath(layout, name)), name, layout) ||
    carriesMark(textAt(world, timerPath(layout, name)), name, layout) ||
    panesOf(world).some((pane) => pane.agent === name && pane.config?.fleet === layout.fleet)
  );
}

/** Returns true if this text says it belongs to this agent of this fleet. */
export function carriesMark(text: string | undefined, agent: string, { fleet }: Layout): boolean {
  if (text === undefined) return false;
  return (
    text.includes(`# mosaic-fleet: fleet=${fleet} agent=${agent} `) ||
    text.includes(`[X-Fleet]\nFleet=${fleet}\nAgent=${agent}\n`)
  );
}

function tracesOf(world: World, name: string, layout: Layout): readonly string[] {
  const unit = agentUnit(layout, name);
  return [
    ...(carriesMark(textAt(world, envPath(layout, name)), name, layout) ? ["env file"] : []),
    ...(carriesMark(textAt(world, dropInPath(layout, name)), name, layout) ? ["drop-in"] : []),
    ...(carriesMark(textAt(world, unitFilePath(layout, name)), name, layout) ? ["unit file"] : []),
    ...(carriesMark(textAt(world, timerPath(layout, name)), name, layout) ? ["timer"] : []),
    ...(world.units.has(timerUnit(layout, name)) ? ["running timer"] : []),
    ...(world.files.has(timerLinkPath(layout, name)) ? ["link of the timer"] : []),
    ...(world.files.has(linkPath(layout, name)) ? ["link"] : []),
    ...((world.units.get(unit)?.active ?? "inactive") === "inactive" ? [] : ["unit"]),
    ...(panesOf(world).some(({ agent }) => agent === name) ? ["pane"] : []),
  ];
}

function nameInPath(path: string, layout: Layout): string | undefined {
  return (
    /\/agents\/(.+)\.env$/.exec(path)?.[1] ??
    agentOfTimer(layout, /([^/]+)$/.exec(path)?.[1] ?? "") ??
    agentOfUnit(layout, /([^/]+\.service)(?:\.d\/50-fleet\.conf)?$/.exec(path)?.[1] ?? "")
  );
}

function agentShortfalls(world: World, agent: DesiredAgent, layout: Layout): readonly string[] {
  const { name, env, dropIn, unitFile, link } = agent;
  const unitIsLeft = unitFile === undefined && textAt(world, unitFilePath(layout, name)) !== undefined;
  const dropInIsLeft = dropIn === undefined && textAt(world, dropInPath(layout, name)) !== undefined;
  const found = world.files.get(linkPath(layout, name));
  const hasLink = found?.kind === "link" && found.target === link?.target;
  return [
    ...fileShortfall(world, env),
    ...(dropIn === undefined ? [] : fileShortfall(world, dropIn)),
    ...(unitFile === undefined ? [] : fileShortfall(world, unitFile)),
    ...(unitIsLeft ? [`${name}: unit file is left`] : []),
    ...(dropInIsLeft ? [`${name}: drop-in is left`] : []),
    ...((link === undefined ? found === undefined : hasLink) ? [] : [`${name}: link is wrong`]),
    ...timerShortfalls(world, agent, layout),
    ...(agent.timer !== undefined
      ? kindShortfalls(world, agent)
      : agent.state === "running"
        ? runShortfalls(world, agent)
        : stopShortfalls(world, agent)),
  ];
}

/** Returns what is left of a run of the other kind. */
function kindShortfalls(world: World, { name, unit, unitFile }: DesiredAgent): readonly string[] {
  const hasPane = panesOf(world).some((pane) => pane.agent === name);
  const isService =
    world.runtime.get(name)?.config !== undefined && world.units.get(unit)?.active === "active";
  return (unitFile === undefined ? isService : hasPane) ? [`${name}: runs as another kind`] : [];
}

function timerShortfalls(world: World, { name, timer }: DesiredAgent, layout: Layout): readonly string[] {
  const unit = timerUnit(layout, name);
  if (timer === undefined) {
    const isLeft = [timerPath(layout, name), timerLinkPath(layout, name)].some((path) =>
      world.files.has(path),
    );
    return isLeft || world.units.has(unit) ? [`${name}: timer is left`] : [];
  }
  const link = world.files.get(timer.link.path);
  return [
    ...fileShortfall(world, timer.file),
    ...(link?.kind === "link" && link.target === timer.link.target
      ? []
      : [`${name}: link of timer is wrong`]),
    ...(world.units.get(unit)?.active === "active" ? [] : [`${name}: timer does not run`]),
    ...(world.startedWith.get(unit) === timer.file.content ? [] : [`${name}: timer has other times`]),
  ];
}

function runShortfalls(world: World, { name, unit, env, config, unitFile }: DesiredAgent): readonly string[] {
  const own = panesOf(world).filter((pane) => pane.agent === name);
  const live = own.find((pane) => !pane.dead);
  const ofPane =
    live === undefined
      ? [`${name}: has no live pane`]
      : live.config?.hash === config.hash
        ? []
        : [`${name}: pane carries another mark`];
  const kept = world.runtime.get(name)?.config?.split(" ")[1];
  const ofService = [
    ...(own.length === 0 ? [] : [`${name}: has a pane, though it is a service`]),
    ...(kept === config.hash ? [] : [`${name}: runs with another configuration`]),
  ];
  return [
    ...(world.units.get(unit)?.active === "active" ? [] : [`${name}: does not run`]),
    ...(unitFile === undefined ? ofPane : ofService),
    ...(variables(world.startedWith.get(name)) === variables(env.content)
      ? []
      : [`${name}: was started with another environment`]),
  ];
}

function stopShortfalls(world: World, { name, unit }: DesiredAgent): readonly string[] {
  const active = world.units.get(unit)?.active;
  return [
    ...(active === "active" || active === "activating" ? [`${name}: runs`] : []),
    ...(panesOf(world).some(({ agent }) => agent === name) ? [`${name}: has a session`] : []),
  ];
}

/** Returns the lines of an env file that systemd reads: no comments. */
function variables(text: string | undefined): string | undefined {
  return text?.replace(/^#.*\n/gm, "");
}

function fileShortfall(world: World, { path, content, mode }: DesiredFile): readonly string[] {
  const found = world.files.get(path);
  if (found?.kind !== "file" || found.content !== content) return [`${path} has another content`];
  return found.mode === mode ? [] : [`${path} has another mode`];
}

/**
 * Returns the texts that the manager has not read. A file removed by hand, and not wanted either, leaves no
 * trace of an earlier reading.
 */
function unreadTexts(world: World, before: World, exempt: ReadonlySet<string>): readonly string[] {
  return [...new Set([...world.files.keys(), ...before.files.keys()])]
    .filter((path) => !exempt.has(nameInPath(path, world.layout) ?? ""))
    .filter((path) => world.loaded.get(path) !== unitText(path, world.files.get(path)))
    .map((path) => `the manager has not read ${path}`);
}
