import type { Layout } from "../../desired/layout.ts";
import type { Observed, ObservedPane } from "../../observed/types.ts";

/** Returns the declared panes next to each agent of this fleet, by agent, in the order of tmux. Each is listed once. */
export function sidePanesByAgent(
  { tmux }: Pick<Observed, "tmux">,
  { fleet }: Layout,
): ReadonlyMap<string, readonly ObservedPane[]> {
  const byAgent = new Map<string, ObservedPane[]>();
  for (const pane of tmux.kind === "server" ? tmux.panes : []) {
    if (pane.side?.fleet !== fleet) continue;
    const known = byAgent.get(pane.side.agent);
    if (known === undefined) byAgent.set(pane.side.agent, [pane]);
    // A window linked into several sessions is listed in each.
    else if (known.every(({ id }) => id !== pane.id)) known.push(pane);
  }
  return byAgent;
}
