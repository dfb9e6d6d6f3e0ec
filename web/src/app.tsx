import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { UiState } from "../../src/ui/protocol.ts";
import { Empty, Mark, Problems } from "./parts.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { agentInPath } from "./router.ts";
import { useStore, type Store } from "./store.ts";
import { usePart, type UsedPart } from "./use-part.ts";
import { FleetView } from "./views/fleet.tsx";
import type * as Places from "./views/places.tsx";
import { needsYou } from "./words.ts";

/** The whole page. */
export function App(): JSX.Element {
  const store = useStore();
  const { control, phase, prompt, proposal } = store;
  const isLive = phase === "live";
  // At once for one of the places, else as soon as the table has its agents.
  const isPlaceDue = isLive || (phase === "connecting" && store.path !== "/");
  const places = usePart(isPlaceDue, () => import("./views/places.tsx"));
  const dialogs = usePart(control && isLive, () => import("./control/dialogs.tsx"));
  const isDialogDue = prompt !== undefined || proposal !== undefined;
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
      <Banner store={store} hasFailed={isDialogDue && dialogs.hasFailed} />
      <main id="main" tabIndex={-1}>
        <View store={store} places={places} />
      </main>
      <Help />
      {dialogs.part !== undefined && <dialogs.part.Dialogs store={store} />}
    </>
  );
}

function View({
  store,
  places,
}: {
  readonly store: Store;
  readonly places: UsedPart<typeof Places>;
}): JSX.Element {
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
  if (path !== "/") {
    if (places.part !== undefined) return <places.part.Place store={store} fleet={fleet} />;
    return places.hasFailed ? <NotLoaded isLost={phase === "lost"} /> : <p class="asking">Loading…</p>;
  }
  return <FleetView fleet={fleet} query={query} selected={store.selected} isControlled={store.control} />;
}

/** A place whose file could not be loaded. */
function NotLoaded({ isLost }: { readonly isLost: boolean }): JSX.Element {
  return (
    <Empty title="This place could not be loaded">
      {isLost ? <p>It is loaded as soon as the server answers again.</p> : <LoadAgain />}
    </Empty>
  );
}

/** Loads the whole page again: a browser may remember a file that it could not load. */
function LoadAgain(): JSX.Element {
  return (
    <button type="button" onClick={() => location.reload()}>
      Load the page again
    </button>
  );
}

function Banner({
  store: { fleet, lostAt, phase },
  hasFailed,
}: {
  readonly store: Store;
  /** True if somebody waits for a dialog that could not be loaded. */
  readonly hasFailed: boolean;
}): JSX.Element {
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
        {hasFailed && !isLost && (
          <p class="banner">
            <Mark sign="failed" />
            <span>The dialog of this change could not be loaded, so nothing was changed.</span>
            <LoadAgain />
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
