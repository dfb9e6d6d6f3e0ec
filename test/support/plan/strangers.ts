import {
  agentOfUnit,
  dropInPath,
  envPath,
  linkPath,
  timerLinkPath,
  timerPath,
  unitFilePath,
} from "../../../src/desired/layout.ts";
import { carriesMark, isOwned } from "./goal.ts";
import { panesOf, textAt, type World } from "./world.ts";

/**
 * Returns everything outside of the fleet: files without its mark, links, units and sessions of agents of others. The
 * plain data is equal if and only if nothing of it was changed. `owned` are the agents that it owned before.
 */
export function strangersIn(world: World, owned: ReadonlySet<string>): unknown {
  return {
    files: [...world.files].filter(([path]) => !isOwnPath(world, path, owned)),
    units: [...world.units].filter(([unit]) => isStrangeUnit(world, unit, owned)),
    sessions: panesOf(world).filter(({ sessionId }) => isStrangeSession(world, sessionId, owned)),
  };
}

function isOwnPath(world: World, path: string, owned: ReadonlySet<string>): boolean {
  const { layout } = world;
  const text = textAt(world, path);
  if ([layout.holderPath, layout.templatePath, layout.scriptPath].includes(path)) return true;
  return [...owned].some(
    (name) =>
      path === linkPath(layout, name) ||
      path === timerLinkPath(layout, name) ||
      ([envPath, dropInPath, unitFilePath, timerPath].some((of) => path === of(layout, name)) &&
        carriesMark(text, name, layout)),
  );
}

function isStrangeUnit(world: World, unit: string, owned: ReadonlySet<string>): boolean {
  const agent = agentOfUnit(world.layout, unit);
  return agent !== undefined && !owned.has(agent) && !isOwned(world, agent, world.layout);
}

function isStrangeSession(world: World, sessionId: string, owned: ReadonlySet<string>): boolean {
  return !panesOf(world).some(
    (pane) =>
      pane.sessionId === sessionId &&
      pane.agent !== undefined &&
      (owned.has(pane.agent) || isOwned(world, pane.agent, world.layout)),
  );
}
