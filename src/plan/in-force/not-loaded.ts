import { agentOfUnit, dropInPath, type Layout } from "../../desired/layout.ts";
import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { Change } from "../change.ts";
import type { FileChange } from "../types.ts";
import { unitOverrides } from "./unit-overrides.ts";

/**
 * Why systemd has to read the unit of an agent again: a file of that unit alone, the fleet's or somebody's, has changed
 * since, or is gone. Undefined for a unit that systemd does not have in memory: it reads that when it needs it.
 */
export function notLoaded(
  { name, unit, unitName }: AgentView,
  observed: Observed,
  layout: Layout,
): Change | undefined {
  const { inForce } = observed;
  if (inForce === undefined || unit === undefined) return undefined;
  const gone = inForce.stale.get(unitName);
  if (gone !== undefined) return { reason: "loaded-file-gone", path: gone };
  const { dropIns, maskedBy } = unitOverrides(observed, layout)(unitName);
  const path = [
    dropInPath(layout, name),
    // What set-property writes is in force already.
    ...dropIns
      .filter(({ target, isSetProperty }) => target === unitName && !isSetProperty)
      .map((file) => file.path),
  ].find((each) => inForce.unread.includes(each));
  const isUnmasked = unit.load === "masked" && maskedBy === undefined;
  const target = path ?? (isUnmasked ? unitName : undefined);
  return target === undefined ? undefined : { reason: "not-loaded", target };
}

/** The same of files that all agents share, or that somebody has for several units. */
export function sharedNotLoaded({ layout }: Desired, observed: Observed): readonly FileChange[] {
  const { inForce, units } = observed;
  if (inForce === undefined || units.size === 0) return [];
  const hasAgents = [...units.keys()].some((unit) => unit !== layout.holderUnit);
  const change = (path: string, role: FileChange["role"]): FileChange => ({
    path,
    role,
    reason: "not-loaded",
    target: path,
  });
  const gone = inForce.stale.get(layout.holderUnit);
  return [
    ...(units.has(layout.holderUnit) && inForce.unread.includes(layout.holderPath)
      ? [change(layout.holderPath, "holder")]
      : []),
    ...(hasAgents && inForce.unread.includes(layout.templatePath)
      ? [change(layout.templatePath, "template")]
      : []),
    ...inForce.overrides
      .filter(({ path, isSetProperty }) => !isSetProperty && inForce.unread.includes(path))
      .filter(({ target }) => agentOfUnit(layout, target) === undefined)
      .map(({ path }) => change(path, "override")),
    ...(gone === undefined
      ? []
      : [{ reason: "loaded-file-gone" as const, path: gone, role: "override" as const }]),
  ];
}
