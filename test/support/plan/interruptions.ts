import { agentUnit, envPath } from "../../../src/desired/layout.ts";
import type { DesiredAgent } from "../../../src/desired/types.ts";
import type { Plan } from "../../../src/plan/types.ts";
import type { Case } from "./arbitraries.ts";
import { apply } from "./model.ts";
import { panesOf, textAt, type World } from "./world.ts";

/** Returns the agents with a process that the plan ends. */
export function interruptedBy({ actions }: Plan, world: World): readonly string[] {
  const after = new Set(
    panesOf(apply(world, actions))
      .filter(({ dead }) => !dead)
      .map(({ pid }) => pid),
  );
  const ended = panesOf(world).filter(
    ({ agent, dead, pid }) => agent !== undefined && !dead && !after.has(pid),
  );
  return ended.map(({ agent = "" }) => agent);
}

/**
 * Returns true if the policies allow an interruption without options. The last declaration counts for a removed agent.
 */
export function mayBeInterrupted(name: string, { desired, world }: Case): boolean {
  const agent = desired.agents.find((each) => each.name === name);
  if (isProtected(name, { desired, world }) && agent?.state !== "running") return false;
  const isEnding = world.units.get(agentUnit(world.layout, name))?.active === "deactivating";
  const successor = desired.agents.find(({ formerly }) => formerly.includes(name));
  return isEnding || isAllowed({ ...(agent ?? successor ?? recordedPolicy(name, world)), name }, world);
}

/** Returns the policy in an agent's env file, apart from the variables. */
function recordedPolicy(name: string, world: World): Pick<DesiredAgent, "onChange" | "idleAfterMs"> {
  const mark = /^# mosaic-fleet:.*$/m.exec(textAt(world, envPath(world.layout, name)) ?? "")?.[0] ?? "";
  const [, onChange = "when-idle"] = / onChange=([a-z-]+) /.exec(mark) ?? [];
  const [, idleAfter = "60000"] = / idleAfter=(\d+)ms /.exec(mark) ?? [];
  return { onChange: onChange as DesiredAgent["onChange"], idleAfterMs: Number(idleAfter) };
}

function isAllowed(
  { name, onChange, idleAfterMs }: Pick<DesiredAgent, "name" | "onChange" | "idleAfterMs">,
  world: World,
): boolean {
  const pane = panesOf(world).find((each) => each.agent === name && !each.dead);
  if (pane === undefined || onChange === "restart") return true;
  return onChange === "when-idle" && pane.attached === 0 && world.now - pane.activity * 1000 >= idleAfterMs;
}

/** Returns true for an agent declared as protected and to be stopped, or removed after a protected declaration. */
export function isProtected(name: string, { desired, world }: Pick<Case, "desired" | "world">): boolean {
  const agent = desired.agents.find((each) => each.name === name);
  if (agent !== undefined) return agent.protect;
  // A rename is neither a stop nor a removal, but as much as a restart.
  if (desired.agents.some(({ formerly }) => formerly.includes(name))) return false;
  const mark = /^# mosaic-fleet:.*$/m.exec(textAt(world, envPath(world.layout, name)) ?? "")?.[0] ?? "";
  return mark.includes(" protect=yes ");
}
