import type { Controller } from "../../desired/files/directive.ts";
import { directives, fieldOfDirective } from "../../desired/files/directives.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { Deviation } from "../deviation.ts";

const controllerOf: ReadonlyMap<string, Controller> = new Map(
  directives.flatMap(({ name, controller }) => (controller === undefined ? [] : [[name, controller]])),
);

/** As the fleet writes them: each on a line of its own. */
const limitLine = new RegExp(`^(${[...controllerOf.keys()].join("|")})=(.*)$`, "gm");

const limitedControllers: readonly Controller[] = [...new Set(controllerOf.values())];

/**
 * Returns the agents' declared limits without effect, because the user manager lacks the controller. Returns
 * none if the controllers are unknown.
 */
export function notEnforced(
  agents: readonly Pick<DesiredAgent, "name" | "dropIn" | "unitFile">[],
  controllers: readonly string[] | undefined,
): readonly Deviation[] {
  if (controllers === undefined || limitedControllers.every((each) => controllers.includes(each))) return [];
  const missing = new Map<Controller, { readonly fields: Set<string>; readonly agents: Set<string> }>();
  for (const { name, dropIn, unitFile } of agents) {
    const file = unitFile ?? dropIn;
    if (file === undefined) continue;
    for (const [, directive = "", value] of file.content.matchAll(limitLine)) {
      const controller = controllerOf.get(directive);
      if (controller === undefined || value === "infinity" || controllers.includes(controller)) continue;
      const known = missing.get(controller) ?? { fields: new Set(), agents: new Set() };
      missing.set(controller, known);
      known.fields.add((fieldOfDirective(directive) ?? directive).replace("resources.", ""));
      known.agents.add(name);
    }
  }
  return [...missing].map(([controller, { fields, agents: names }]) => ({
    kind: "not-enforced",
    agents: [...names],
    controller,
    fields: [...fields],
  }));
}
