import { formatConfigMark } from "../../../desired/marks/config-mark.ts";
import { dropInPath } from "../../../desired/layout.ts";
import { readMark } from "../../../desired/marks/file-mark.ts";
import type { DesiredAgent } from "../../../desired/types.ts";
import { tagAction } from "../../actions.ts";
import { diffAgentFiles } from "../agent-files.ts";
import type { AgentView } from "../../view/agent-view.ts";
import { blockedAgent, untouchedAgent } from "../../blocked/blocked-agent.ts";
import type { AgentDiff, DiffContext } from "../../agent-diff.ts";
import { foreignChange, foreignObject } from "../../blocked/foreign-things.ts";
import { handmadeDifferences } from "./compare-handmade.ts";
import type { Change } from "../../change.ts";
import type { Action } from "../../types.ts";
import { unitPhase } from "../../view/unit-phase.ts";

/**
 * Takes over a handmade agent: writes its files with the fleet's mark and marks its pane, but starts and
 * stops nothing. If the running agent differs from the declaration, leaves it alone and reports the
 * difference.
 */
export function adoptAgent(desired: DesiredAgent, view: AgentView, context: DiffContext): AgentDiff {
  if (view.envMark !== undefined) return untouchedAgent(view);
  if (desired.unitFile !== undefined) {
    const change = foreignObject(desired, view, context.layout) ?? ({ reason: "missing" } as const);
    return blockedAgent(view, change, context.observed.now);
  }
  const obstacle = obstacleToAdopt(desired, view, context);
  if (obstacle !== undefined) return blockedAgent(view, obstacle, context.observed.now);
  const differences = handmadeDifferences(desired, view, context.layout);
  if (differences.fields.length > 0 || differences.isFileNewer) {
    return blockedAgent(view, { reason: "adopt-differs", ...differences }, context.observed.now);
  }
  return adoption(desired, view, context);
}

function adoption(desired: DesiredAgent, view: AgentView, { layout }: DiffContext): AgentDiff {
  const { name: agent, pane, unitName } = view;
  const cause = { agent, reason: "adopted" } as const;
  const mark = { fleet: layout.fleet, agent, protect: false };
  const asOwned = { ...view, owned: true, dropInMark: view.dropIn && mark };
  const adopted = { reason: "adopted" } as const;
  const fixes = diffAgentFiles(desired, asOwned, layout, adopted);
  const isLive = pane !== undefined && !pane.dead;
  const actions: readonly Action[] = [
    ...(isLive ? [tagAction(pane, unitName, formatConfigMark(desired.config), cause)] : []),
    ...fixes.map(({ action }) => action),
  ];
  const changes = fixes.map(({ change }) => change).filter(({ reason }) => reason === "settings-changed");
  return {
    plan: { name: agent, action: "adopt", ...adopted, cost: "none", changes: [adopted, ...changes] },
    actions,
  };
}

function obstacleToAdopt(
  desired: DesiredAgent,
  view: AgentView,
  { layout }: DiffContext,
): Change | undefined {
  const { env, dropIn, pane, unit, unitName } = view;
  const phase = unitPhase(unit);
  const files = [
    [desired.env.path, env],
    [dropInPath(layout, desired.name), dropIn],
  ] as const;
  for (const [path, file] of files) {
    if (file === undefined) continue;
    const mark = file.kind === "file" ? readMark(file.content) : undefined;
    const isElses = mark !== undefined && (mark.fleet !== layout.fleet || mark.agent !== view.name);
    if (file.kind !== "file" || isElses) return foreignChange(path, file);
  }
  if (view.unsafeDropIns ?? view.linkedDropIns) return view.unsafeDropIns ?? view.linkedDropIns;
  const cannot = { reason: "not-adoptable", unit: unitName } as const;
  if (view.foreignSession) return { ...cannot, obstacle: "foreign-session", session: view.name };
  if (phase === "starting" || phase === "stopping" || phase === "restarting") {
    return { ...cannot, obstacle: "unsettled", phase };
  }
  if (phase === "running" && (pane === undefined || pane.dead)) {
    return { ...cannot, obstacle: "no-session" };
  }
  if (env === undefined && dropIn === undefined && phase !== "running") {
    return { reason: "missing" };
  }
  return undefined;
}
