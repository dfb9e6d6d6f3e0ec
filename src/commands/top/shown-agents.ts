import { parseSelector, selects } from "../../plan/selection/label-selector.ts";
import { sortAgents } from "../../report/table/sort-agents.ts";
import { orderOf } from "../../report/top/top-frame.ts";
import { stepTop, type TopState } from "../../top/top-state.ts";
import type { StatusLook } from "../status/look.ts";
import type { StatusRow } from "../../report/table/table-row.ts";

/** Returns a view with the agents of a look: those that its search and labels leave, in its order. */
export function withAgents(state: TopState, { status }: StatusLook): TopState {
  const selector = state.labels === "" ? undefined : parseSelector(state.labels);
  const isWanted = ({ name, labels = {} }: StatusRow): boolean =>
    name.toLowerCase().includes(state.search.toLowerCase()) &&
    (selector?.ok !== true || selects(selector.value, labels));
  const names = sortAgents(status.agents.filter(isWanted), orderOf(state)).map(({ name }) => name);
  const shown = stepTop(state, { kind: "names", names }).state;
  if (selector?.ok !== false || state.mode.kind !== "list") return shown;
  return stepTop(shown, { kind: "told", message: `No selector of labels: ${state.labels}` }).state;
}

/** Returns a new look with the figures of the last refresh, so they do not flicker. */
export function withKnownFigures(look: StatusLook, { status: before }: StatusLook): StatusLook {
  const known = new Map(before.agents.map((row) => [row.name, row]));
  const agents = look.status.agents.map((row) => {
    const earlier = known.get(row.name);
    if (earlier === undefined || earlier.pid !== row.pid) return row;
    const { processorShare, lastLine } = earlier;
    return { ...row, processorShare, lastLine };
  });
  return { ...look, status: { ...look.status, agents } };
}
