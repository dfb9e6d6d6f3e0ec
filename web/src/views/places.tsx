import type { JSX } from "preact";
import { Empty } from "../parts.tsx";
import { agentInPath } from "../router.ts";
import type { Store } from "../store.ts";
import type { UiState } from "../../../src/ui/protocol.ts";
import { AgentView } from "./agent/agent.tsx";
import { GraphView } from "./graph.tsx";
import { HistoryView } from "./history.tsx";
import { HostsView } from "./hosts.tsx";
import { PlanView } from "./plan.tsx";
import { WallView } from "./wall.tsx";

/** The place in the address, except the table of agents: the file of this module loads after it. */
export function Place({
  store: { control, path, pictures, query },
  fleet,
}: {
  readonly store: Store;
  readonly fleet: UiState;
}): JSX.Element {
  const agent = agentInPath();
  if (agent !== undefined)
    return (
      <AgentView
        key={agent}
        name={agent}
        fleet={fleet}
        part={query.get("tab")}
        picture={pictures[agent]}
        isControlled={control}
      />
    );
  switch (path) {
    case "/plan":
      return <PlanView fleet={fleet} isControlled={control} />;
    case "/graph":
      return <GraphView fleet={fleet} />;
    case "/history":
      return <HistoryView fleet={fleet} isControlled={control} />;
    case "/hosts":
      return <HostsView fleet={fleet} isControlled={control} />;
    case "/wall":
      return <WallView fleet={fleet} pictures={pictures} query={query} />;
    default:
      return (
        <Empty title="There is no such place">
          <p>
            <a href="/">All agents</a>
          </p>
        </Empty>
      );
  }
}
