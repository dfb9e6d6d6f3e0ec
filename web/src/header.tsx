import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { UiAgent } from "../../src/ui/protocol.ts";
import { showChosen } from "./server/look.ts";
import { nextNeeding } from "./news/next-needing.ts";
import { NotifyButton } from "./news/notify-button.tsx";
import { Mark } from "./parts.tsx";
import { agentInPath } from "./router.ts";
import type { Phase, Store } from "./store.ts";
import { nextTheme, theme } from "./theme.ts";

const phases: Readonly<Record<Phase, string>> = {
  connecting: "connecting",
  live: "live",
  lost: "offline",
  "logged-out": "logged out",
  "wrong-token": "logged out",
};

/** The name of the fleet, the places of the page, and whether it is live. */
export function Header({ store }: { readonly store: Store }): JSX.Element {
  const { path, phase } = store;
  const isLoggedOut = phase === "logged-out" || phase === "wrong-token";
  const fleet = isLoggedOut ? undefined : store.fleet;
  const [look, setLook] = useState(theme());
  const isKnown = fleet !== undefined;
  useEffect(() => showChosen(".top nav [aria-current]"), [path, isKnown]);
  const changes = fleet?.agents.filter(({ action, host }) => host === null && action !== "none").length ?? 0;
  const link = (to: string, text: string, isHere: boolean): JSX.Element => (
    <a href={to} aria-current={isHere ? "page" : undefined}>
      {text}
    </a>
  );
  return (
    <header class="top">
      <p class="fleet">
        <span class="label">fleet</span> <strong>{fleet?.fleet.fleet ?? ""}</strong>
        {fleet !== undefined && fleet.fleet.host !== null && (
          <span class="label"> on {fleet.fleet.host}</span>
        )}
      </p>
      {fleet !== undefined && (
        <nav aria-label="Places">
          {link("/", "Agents", path === "/" || path.startsWith("/agents/"))}
          {link("/plan", changes === 0 ? "Plan" : `Plan ${changes}`, path === "/plan")}
          {link("/wall", "Wall", path === "/wall")}
          {link("/graph", "Graph", path === "/graph")}
          {link("/history", "History", path === "/history")}
          {(fleet.fleet.host !== null || fleet.fleet.hosts.length > 0) &&
            link("/hosts", "Hosts", path === "/hosts")}
        </nav>
      )}
      <p class="status">
        {fleet !== undefined && <Needing store={store} agents={fleet.agents} />}
        <span class={`live ${phase}`}>
          <Mark sign={phase === "live" ? "ok" : phase === "connecting" ? "moving" : "missing"} />{" "}
          {phases[phase]}
        </span>
        {fleet !== undefined && <span class="watch">{watchText(fleet.fleet.watch)}</span>}
        {fleet !== undefined && <NotifyButton />}
        <button
          type="button"
          class="quiet theme"
          onClick={() => setLook(nextTheme())}
          aria-label={`Look: ${look}`}
        >
          <Mark sign="look" /> <span class="text">{look}</span>
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="Keys"
          onClick={() => document.querySelector<HTMLDialogElement>("dialog.help")?.showModal()}
        >
          ?
        </button>
      </p>
    </header>
  );
}

/** The way to the next agent that waits for a person, whatever is on the screen. It keeps the part of an agent's page. */
function Needing({
  store: { query },
  agents,
}: {
  readonly store: Store;
  readonly agents: readonly UiAgent[];
}): JSX.Element | null {
  const shown = agentInPath();
  const needing = nextNeeding(agents, shown);
  if (needing === undefined) return null;
  const { count, next } = needing;
  const part = shown === undefined ? null : query.get("tab");
  return (
    <a
      class="needing"
      href={`/agents/${next}${part === null ? "" : `?tab=${part}`}`}
      title={`Next: ${next} (n)`}
    >
      <Mark sign="you" /> {count} <span class="text">{count === 1 ? "needs you" : "need you"}</span>
    </a>
  );
}

function watchText(watch: { readonly isService: boolean } | null): string {
  if (watch === null) return "no watch";
  return watch.isService ? "watch: service" : "watch: on";
}
