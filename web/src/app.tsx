import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useDialogs } from "./control/use-dialogs.ts";
import type { UiState } from "../../src/ui/protocol.ts";
import { Empty, Mark, Problems } from "./parts.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { agentInPath } from "./router.ts";
import { useStore, type Store } from "./store.ts";
import { AgentView } from "./views/agent/agent.tsx";
import { FleetView } from "./views/fleet.tsx";
import { GraphView } from "./views/graph.tsx";
import { HistoryView } from "./views/history.tsx";
import { HostsView } from "./views/hosts.tsx";
import { PlanView } from "./views/plan.tsx";
import { WallView } from "./views/wall.tsx";
import { needsYou } from "./words.ts";

/** The whole page. */
export function App(): JSX.Element {
  const store = useStore();
  const Dialogs = useDialogs(store);
  useEffect(() => {
    document.title = titleOf(store);
    showBadge(store.fleet?.agents.some(needsYou) ?? false);
  }, [store]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header store={store} />
      <Banner store={store} />
      <main id="main" tabIndex={-1}>
        <View store={store} />
      </main>
      <Help />
      {Dialogs !== undefined && <Dialogs store={store} />}
    </>
  );
}

function View({ store }: { readonly store: Store }): JSX.Element {
  const { fleet, path, phase, query } = store;
  if (phase === "wrong-token" || phase === "logged-out")
    return <LoggedOut isUsed={phase === "wrong-token"} />;
  if (fleet === undefined) {
    return phase === "lost" ? (
      <Empty title="The server does not answer">
        <p>
          Is <code>fleet ui</code> running? This page tries again by itself.
        </p>
      </Empty>
    ) : (
      <Empty title="Looking at the fleet…" />
    );
  }
  const agent = agentInPath();
  if (agent !== undefined)
    return (
      <AgentView
        key={agent}
        name={agent}
        fleet={fleet}
        part={query.get("tab")}
        isControlled={store.control}
      />
    );
  if (path === "/plan") return <PlanView fleet={fleet} isControlled={store.control} />;
  if (path === "/graph") return <GraphView fleet={fleet} />;
  if (path === "/history") return <HistoryView fleet={fleet} />;
  if (path === "/hosts") return <HostsView fleet={fleet} />;
  if (path === "/wall") return <WallView fleet={fleet} pictures={store.pictures} query={query} />;
  return <FleetView fleet={fleet} query={query} selected={store.selected} isControlled={store.control} />;
}

function Banner({ store: { fleet, lostAt, phase } }: { readonly store: Store }): JSX.Element {
  const isLost = phase === "lost" && fleet !== undefined;
  const problems = fleet?.fleet.problems ?? [];
  return (
    <div class="banners">
      <div role="status">
        {isLost && (
          <p class="banner">
            <Mark sign="missing" />
            <span>
              <strong>Connection lost.</strong> This is the state of{" "}
              {new Date(lostAt ?? Date.now()).toLocaleTimeString()}. Trying again…
            </span>
          </p>
        )}
      </div>
      {problems.length > 0 && phase !== "logged-out" && (
        <Problems title={problemTitle(fleet)} problems={problems} />
      )}
    </div>
  );
}

function problemTitle(fleet: UiState | undefined): string {
  const isFile = fleet?.fleet.problems.some(({ place }) => place !== null) ?? false;
  const what = isFile ? "The file of the fleet has an error" : "The fleet cannot be observed";
  const at = fleet?.fleet.seenAt ?? null;
  return at === null ? what : `${what}. This is the state of ${new Date(at).toLocaleTimeString()}`;
}

function LoggedOut({ isUsed }: { readonly isUsed: boolean }): JSX.Element {
  return (
    <Empty title={isUsed ? "This link was used before, or is too old" : "You are not logged in"}>
      <p>
        Run <code>fleet ui</code> in a terminal on the machine of the fleet, and open the link that it prints.
        A link works once, for ten minutes.
      </p>
    </Empty>
  );
}

function titleOf({ fleet, path, phase }: Store): string {
  if (fleet === undefined) return "fleet";
  const waiting = fleet.agents.filter(needsYou).length;
  const place = agentInPath() ?? path.slice(1);
  const count = waiting > 0 ? `(${waiting}) ` : "";
  const lost = phase === "lost" ? "offline: " : "";
  return `${lost}${count}${place === "" ? "" : `${place} · `}${fleet.fleet.fleet || "fleet"}`;
}

/** Shows in the icon of the tab whether an agent needs somebody. */
function showBadge(isNeeded: boolean): void {
  const icon = document.querySelector("link[rel=icon]");
  const path = isNeeded ? "/icon-you.svg" : "/icon.svg";
  if (icon?.getAttribute("href") !== path) icon?.setAttribute("href", path);
}
