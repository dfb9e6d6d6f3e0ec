import type { Desired } from "../../desired/types.ts";
import { dropInNames } from "../../desired/unit-path.ts";
import type { OverrideFile } from "../../observed/in-force.ts";
import type { Observed } from "../../observed/types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";
import { isUnread } from "./is-unread.ts";
import { reachesOnlyTheWaiter } from "./exec-directives.ts";
import { notEnforced } from "./not-enforced.ts";
import { overriddenSettings } from "./overridden.ts";
import type { Deviation } from "../deviation.ts";
import { unitOverrides } from "./unit-overrides.ts";

/** One deviation without its agents. */
type Bare = Deviation extends infer Each ? (Each extends Deviation ? Omit<Each, "agents"> : never) : never;

/**
 * Returns the obstacles to the declared state of agents and holder that apply leaves alone. Each once, with
 * all its agents. Pure.
 */
export function findDeviations(
  { agents, layout, shared }: Desired,
  observed: Observed,
  wanted: (name: string) => boolean,
): readonly Deviation[] {
  const { inForce } = observed;
  if (inForce === undefined) return [];
  const found = new Map<string, { readonly bare: Bare; readonly agents: string[] }>();
  const noteDeviation = (bare: Bare, agent?: string): void => {
    const key = JSON.stringify(bare);
    const known = found.get(key) ?? { bare, agents: [] };
    found.set(key, known);
    if (agent !== undefined) known.agents.push(agent);
  };
  const declared = agents.filter(({ name }) => wanted(name));
  const overrides = unitOverrides(observed, layout);
  const contentOfRole = (role: string): string => shared.find((file) => file.role === role)?.content ?? "";
  const ofHolder = new Set(dropInNames(layout.holderUnit));

  const compareUnit = (
    unit: string,
    texts: Parameters<typeof overriddenSettings>[0],
    agent?: string,
    isService = false,
  ): void => {
    const { dropIns, maskedBy, replacedBy } = overrides(unit);
    if (maskedBy !== undefined && isUp(unitPhase(observed.units.get(unit)))) {
      noteDeviation({ kind: "masked", file: maskedBy }, agent);
    }
    if (maskedBy !== undefined || replacedBy !== undefined || dropIns.length === 0) return;
    for (const { file, settings, untilReload } of overriddenSettings(texts, overrides(unit), (path) =>
      isUnread(inForce, path),
    )) {
      noteDeviation({ kind: "overridden", file, settings, untilReload }, agent);
    }
    for (const file of dropIns) {
      if (file.kind === "unreadable-drop-in") noteDeviation({ kind: "unreadable", file: file.path }, agent);
      // All agents are children of the tmux server, and inherit from the holder. A service is a child of systemd.
      const directives = ofHolder.has(file.target) || isService ? [] : confinementIn(file);
      if (directives.length > 0) noteDeviation({ kind: "not-reaching", file: file.path, directives }, agent);
    }
  };
  if (inForce.overrides.length > 0) {
    compareUnit(layout.holderUnit, { unit: contentOfRole("holder"), dropIn: undefined });
    const template = contentOfRole("template");
    for (const { name, unit, dropIn, unitFile } of declared) {
      const texts = { unit: unitFile?.content ?? template, dropIn: dropIn?.content };
      compareUnit(unit, texts, name, unitFile !== undefined);
    }
  }
  return [
    ...[...found.values()].map(({ bare, agents: names }) => ({ ...bare, agents: names })),
    ...notEnforced(declared, inForce.controllers),
  ];
}

function confinementIn({ settings }: OverrideFile): readonly string[] {
  return [...new Set(settings.filter(({ value }) => value !== "").map(({ name }) => name))]
    .filter(reachesOnlyTheWaiter)
    .sort();
}
