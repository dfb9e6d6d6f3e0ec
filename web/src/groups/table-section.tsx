import type { JSX } from "preact";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { Mark } from "../parts.tsx";
import { setFold, foldOf } from "./folds.ts";
import { NeedCounts } from "./need-counts.tsx";
import type { AgentSection } from "./sections.ts";

/** The number of rows that a section shows at first, and the number from which on it does not show all. */
const some = 40;
const many = 60;

/** One section of the table. It folds, and shows its first agents if it is long. */
export function TableSection({
  section: { agents, id, sign, title },
  isAlone,
  columns,
  row,
}: {
  readonly section: AgentSection;
  /** True for the only section, which needs no head. */
  readonly isAlone: boolean;
  /** The number of columns. */
  readonly columns: number;
  readonly row: (agent: UiAgent) => JSX.Element;
}): JSX.Element {
  const chosen = foldOf(id);
  const at = isAlone && chosen === "none" ? "some" : chosen;
  const shown = at === "none" ? [] : at === "some" && agents.length > many ? agents.slice(0, some) : agents;
  const hidden = agents.length - shown.length;
  return (
    <div role="rowgroup" class={`section ${id}`} aria-label={title}>
      {!isAlone && (
        <div role="row" class="section-head">
          <div role="cell" aria-colspan={columns}>
            <h2>
              <button
                type="button"
                class="fold"
                aria-expanded={at !== "none"}
                onClick={() => setFold(id, at === "none" ? "some" : "none")}
              >
                {sign !== undefined && <Mark sign={sign} />} {title}{" "}
                <span class="count">{agents.length}</span>
              </button>
            </h2>
            {sign === undefined && <NeedCounts agents={agents} />}
            {id === "you" && (
              <a href="/wall?show=you">
                Screens<span class="hidden"> of the agents that need you</span>
              </a>
            )}
          </div>
        </div>
      )}
      {shown.map(row)}
      {hidden > 0 && at !== "none" && (
        <div role="row" class="section-end">
          <div role="cell" aria-colspan={columns}>
            <button type="button" data-stop onClick={() => setFold(id, "all")}>
              Show {hidden} more<span class="hidden"> of {title}</span>
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
