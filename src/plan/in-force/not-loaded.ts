import { agentOfUnit, dropInPath, unitFilePath, type Layout } from "../../desired/layout.ts";
import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { Change } from "../change.ts";
import type { FileChange } from "../types.ts";
import { isUnread } from "./is-unread.ts";
import { unitOverrides } from "./unit-overrides.ts";

/**
 * Returns the reason for systemd to read the unit of an agent again: a file of this unit alone, of the fleet
 * or foreign, has changed since, or is gone. Undefined for an unloaded unit: systemd reads it on demand.
 */
export function notLoaded(
  { name, unit, unitName, unitMark }: AgentView,
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
    ...(unitMark === undefined ? [] : [unitFilePath(layout, name)]),
    // The settings of set-property are in force already.
    ...dropIns
      .filter(({ target, isSetProperty }) => target === unitName && !isSetProperty)
      .map((file) => file.path),
  ].find((each) => isUnread(inForce, each));
  const isUnmasked = unit.load === "masked" && maskedBy === undefined;
  const target = path ?? (isUnmasked ? unitName : undefined);
  return target === undefined ? undefined : { reason: "not-loaded", target };
}

/** Returns the same for the shared files of all agents, or foreign files for several units. */
export function sharedNotLoaded({ layout }: Desired, observed: Observed): readonly FileChange[] {
  const { inForce, units } = observed;
  if (inForce === undefined || units.size === 0) return [];
  const hasAgents = [...units.keys()].some((unit) => unit !== layout.holderUnit);
  const notLoadedChange = (path: string, role: FileChange["role"]): FileChange => ({
    path,
    role,
    reason: "not-loaded",
    target: path,
  });
  const gone = inForce.stale.get(layout.holderUnit);
  return [
    ...(units.has(layout.holderUnit) && isUnread(inForce, layout.holderPath)
      ? [notLoadedChange(layout.holderPath, "holder")]
      : []),
    ...(hasAgents && isUnread(inForce, layout.templatePath)
      ? [notLoadedChange(layout.templatePath, "template")]
      : []),
    ...inForce.overrides
      .filter(({ path, isSetProperty }) => !isSetProperty && isUnread(inForce, path))
      .filter(({ target }) => agentOfUnit(layout, target) === undefined)
      .map(({ path }) => notLoadedChange(path, "override")),
    ...(gone === undefined
      ? []
      : [{ reason: "loaded-file-gone" as const, path: gone, role: "override" as const }]),
  ];
}
