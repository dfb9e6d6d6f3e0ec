import type { JSX } from "preact";
import type { UiAgent, UiChange } from "../../../src/ui/protocol.ts";
import { change } from "../store.ts";
import { propose } from "./proposals.ts";

/** The buttons for changes of one agent. Each asks before anything happens. */
export function AgentChanges({ agent }: { readonly agent: UiAgent }): JSX.Element {
  const { action, isSuspended, name, state } = agent;
  const isDown = ["stopped", "failed", "completed", "missing"].includes(state);
  const verbs: readonly (readonly [title: string, verb: UiChange["verb"], now: boolean])[] = [
    ...(action === "none" ? [] : [["Apply…", "apply", false] as const]),
    ...(action === "pending" && !isSuspended ? [["Apply now…", "apply", true] as const] : []),
    ...(isDown ? [["Start…", "start", false] as const] : []),
    ...(isDown ? [] : [["Restart…", "restart", false] as const, ["Stop…", "stop", false] as const]),
    isSuspended ? ["Resume…", "resume", false] : ["Suspend…", "suspend", false],
  ];
  return (
    <p class="changes-of" role="group" aria-label={`Change ${name}`}>
      {!agent.isService && (
        <button type="button" onClick={() => change({ prompt: [name] })}>
          Prompt…
        </button>
      )}
      {verbs.map(([title, verb, now]) => (
        <button key={title} type="button" onClick={() => propose({ verb, agents: [name], now })}>
          {title}
        </button>
      ))}
    </p>
  );
}
