import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { findRenames, type Renames } from "../rename/find-renames.ts";
import type { PlanOptions } from "../types.ts";
import { agentViews, isService, ownedNames, type AgentView } from "../view/agent-view.ts";

/** A fleet as declared and as found, for the planners of all of its parts. */
export interface FleetView {
  readonly desired: Desired;
  readonly observed: Observed;
  readonly options: PlanOptions;
  readonly view: (name: string) => AgentView;
  readonly renames: Renames;
  /** Names of the declared agents. */
  readonly declared: ReadonlySet<string>;
  /** Names of the agents with our mark. */
  readonly owned: readonly string[];
  /** Returns true for a selected agent, by any of its names. */
  readonly isSelected: (name: string) => boolean;
  /** Returns true for a service, which needs no tmux server. */
  readonly isOfService: (name: string) => boolean;
}

/** Returns the view of a fleet for all parts of its plan. */
export function viewFleet(desired: Desired, observed: Observed, options: PlanOptions): FleetView {
  const { agents, layout } = desired;
  const view = agentViews(observed, layout);
  const renames = findRenames(desired);
  const declared = new Set(agents.map(({ name }) => name));
  const services = new Set(agents.flatMap(({ name, unitFile }) => (unitFile === undefined ? [] : [name])));
  // An agent is named by each of its names.
  const only = options.only && new Set([...options.only].map(renames.identity));
  return {
    desired,
    observed,
    options,
    view,
    renames,
    declared,
    owned: ownedNames(observed, layout),
    isSelected: (name) => only?.has(renames.identity(name)) ?? true,
    isOfService: (name) => services.has(name) || (!declared.has(name) && isService(view(name))),
  };
}
