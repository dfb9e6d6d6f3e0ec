import { naturally } from "../../text/natural-order.ts";
import { dropInPath, envPath, linkPath, trialSession, type Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import { agentViews, seenNames, unreadableFile, type AgentView } from "../view/agent-view.ts";
import type { Unmanaged } from "../types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/** Returns unmarked and undeclared things among the fleet's own: shown, never touched. */
export function findUnmanaged(
  observed: Observed,
  layout: Layout,
  declared: ReadonlySet<string>,
): readonly Unmanaged[] {
  const view = agentViews(observed, layout);
  const foreigners = seenNames(observed, layout)
    .map(view)
    .filter((each) => !each.owned && !declared.has(each.name) && unreadableFile(each) === undefined);
  const up = foreigners.filter(({ unit }) => isUp(unitPhase(unit)));
  const down = foreigners.filter(({ unit }) => !isUp(unitPhase(unit)));
  const sessions = [...down.flatMap(({ pane }) => pane?.sessionName ?? []), ...foreignSessions(observed)];
  return [
    ...up.map(({ unitName }) => ({ kind: "unit", name: unitName }) as const),
    ...down.flatMap((each) => filesOf(each, layout)).map((name) => ({ kind: "file", name }) as const),
    ...naturally(new Set(sessions)).map((name) => ({ kind: "session", name }) as const),
  ];
}

function filesOf({ name, env, dropIn, link }: AgentView, layout: Layout): readonly string[] {
  return [
    ...(env === undefined ? [] : [envPath(layout, name)]),
    ...(dropIn === undefined ? [] : [dropInPath(layout, name)]),
    ...(link === undefined ? [] : [linkPath(layout, name)]),
  ];
}

/** Returns the sessions on the fleet's socket without an agent's pane, except the trial of a holder that starts. */
function foreignSessions({ tmux }: Observed): readonly string[] {
  if (tmux.kind === "absent") return [];
  const agents = new Set(
    tmux.panes.filter(({ agent }) => agent !== undefined).map(({ sessionId }) => sessionId),
  );
  return tmux.panes
    .filter(({ sessionId, sessionName }) => !agents.has(sessionId) && sessionName !== trialSession)
    .map(({ sessionName }) => sessionName);
}
