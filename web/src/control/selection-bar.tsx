import type { JSX } from "preact";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { change } from "../store.ts";
import { counted } from "../words.ts";
import { possibleChanges } from "./possible-changes.ts";
import { propose } from "./proposals.ts";
import { select } from "./selection.ts";

/** The changes for the selected agents, and a prompt, on whatever machines they are. Each asks before anything happens. */
export function SelectionBar({ agents }: { readonly agents: readonly UiAgent[] }): JSX.Element | null {
  if (agents.length === 0) return null;
  const able = agents.filter(({ isService }) => !isService);
  return (
    <div class="selection" role="toolbar" aria-label={`Change ${counted(agents.length, "selected agent")}`}>
      <strong>{agents.length} selected</strong>
      {able.length > 0 && (
        <button type="button" onClick={() => change({ prompt: able.map(({ name }) => name) })}>
          Prompt {able.length}…
        </button>
      )}
      {possibleChanges(agents).map(({ change: asked, title }) => (
        <button key={title} type="button" onClick={() => propose(asked)}>
          {title} {asked.agents.length}…
        </button>
      ))}
      <button type="button" class="quiet" onClick={() => select([])}>
        Clear
      </button>
    </div>
  );
}
