import type { FleetConfig } from "../../config/types.ts";
import { replicaNames } from "../../config/schema/replicas.ts";
import { instancesOf } from "../../desired/instances.ts";
import { activityDir, inputLockPath } from "../../desired/layout.ts";
import type { Survey } from "../../observed/survey.ts";
import { agentViews, isService } from "../../plan/view/agent-view.ts";
import { presetFor } from "../../desired/agent/preset-for.ts";
import { presets } from "../../runtimes/presets.ts";
import type { Preset } from "../../runtimes/preset.ts";
import type { Obstacle } from "../../send/delivery.ts";
import { naturally } from "../../text/natural-order.ts";
import type { Recipient } from "./deliver.ts";

/** A selected agent: ready for input, or the reason why not. */
export type Selected =
  | ({ readonly kind: "ready" } & Recipient)
  | { readonly kind: "not-ready"; readonly agent: string; readonly reason: NotReady };

/** The reason of an agent that cannot get anything. */
type NotReady = Extract<Obstacle, "service" | "not-running" | "ended" | "stopping">;

/** Returns the selected agents in the order of fleet.yaml; the others of the fleet come last. */
export function recipientsOf(
  { config, desired, observed }: Survey,
  names: ReadonlySet<string>,
): readonly Selected[] {
  const view = agentViews(observed, desired.layout);
  const presetOfAgent = presetsByAgent(config);
  const services = new Set(
    desired.agents.filter(({ unitFile }) => unitFile !== undefined).map(({ name }) => name),
  );
  return inFileOrder(config, names).map((agent): Selected => {
    const { pane, unit } = view(agent);
    const asNotReady = (reason: NotReady): Selected => ({ kind: "not-ready", agent, reason });
    if (services.has(agent) || isService(view(agent))) return asNotReady("service");
    if (pane === undefined) return asNotReady("not-running");
    if (pane.dead) return asNotReady("ended");
    // Its command may have ended, and the terminal would still take a text.
    if (unit?.active === "deactivating") return asNotReady("stopping");
    const { id, pid } = pane;
    const lock = inputLockPath(desired.layout, agent);
    const report = `${activityDir(desired.layout)}/${agent}`;
    return { kind: "ready", agent, pane: { id, pid }, preset: presetOfAgent.get(agent), lock, report };
  });
}

function inFileOrder({ agents }: FleetConfig, names: ReadonlySet<string>): readonly string[] {
  const declared = Object.entries(agents).flatMap(([name, entry]) => replicaNames(name, entry.replicas));
  const known = new Set(declared);
  return [
    ...declared.filter((name) => names.has(name)),
    ...naturally(names).filter((name) => !known.has(name)),
  ];
}

/** Returns the presets of the agents whose programs have one. */
function presetsByAgent(config: FleetConfig): ReadonlyMap<string, Preset> {
  return new Map(
    instancesOf(config).flatMap(({ name, entry }) => {
      if (entry.service === true) return [];
      const runtime = entry.runtime ?? config.defaults.runtime;
      const isShell = entry.command === undefined && runtime === undefined;
      const preset = isShell ? presets.shell : presetFor({ ...entry, runtime }, config);
      return preset === undefined ? [] : [[name, preset] as const];
    }),
  );
}
