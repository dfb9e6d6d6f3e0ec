import type { JSX } from "preact";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { change } from "../store.ts";
import { possibleChanges } from "./possible-changes.ts";
import { propose } from "./proposals.ts";

/** The buttons for changes of one agent. Each asks before anything happens. */
export function AgentChanges({ agent }: { readonly agent: UiAgent }): JSX.Element {
  const { isService, name } = agent;
  return (
    <p class="changes-of" role="group" aria-label={`Change ${name}`}>
      {!isService && (
        <button type="button" onClick={() => change({ prompt: [name] })}>
          Prompt…
        </button>
      )}
      {possibleChanges([agent]).map(({ change: asked, title }) => (
        <button key={title} type="button" onClick={() => propose(asked)}>
          {title}…
        </button>
      ))}
    </p>
  );
}
