import type { JSX } from "preact";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { Mark } from "../parts.tsx";
import { countNeeds } from "./sections.ts";

/** The numbers of agents by their needs; with `isBrief`, of those that need somebody, as signs. */
export function NeedCounts({
  agents,
  isBrief = false,
}: {
  readonly agents: readonly UiAgent[];
  readonly isBrief?: boolean;
}): JSX.Element {
  const counts = countNeeds(agents).filter(({ id }) => !isBrief || id === "you" || id === "failed");
  return (
    <span class="legend">
      {counts.map(({ count, id, sign, words }) => (
        <span key={id} class={`alarm ${id}`}>
          <Mark sign={sign} /> {count} <span class={isBrief ? "hidden" : ""}>{words}</span>
        </span>
      ))}
    </span>
  );
}
