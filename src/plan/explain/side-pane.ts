import type { DesiredWindow } from "../../desired/windows/windows.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { ObservedPane } from "../../observed/types.ts";
import { suggest } from "../../text/suggest.ts";
import { compareWindows } from "../view/compare-windows.ts";
import type { AgentView } from "../view/agent-view.ts";

/**
 * Returns the pane next to an agent with this name: a window, which means its first pane, or a pane such as `tests.2`. Fails
 * for an undeclared one, and for one that is not there.
 */
export function sidePane(
  declared: readonly DesiredWindow[],
  { name: agent, sides }: Pick<AgentView, "name" | "sides">,
  window: string,
): Result<ObservedPane> {
  const panes = compareWindows(declared, sides).windows.flatMap((each) => each.panes);
  const found =
    panes.find(({ label }) => label === window) ?? panes.find(({ label }) => label === `${window}.1`);
  const labels = panes.map(({ label }) => label);
  if (found === undefined) {
    const guess = suggest(window, labels);
    return fail("bad-usage", `${agent} has no window ${JSON.stringify(window)}`, {
      detail: labels.length === 0 ? "It declares no windows." : `Its windows: ${labels.join(", ")}.`,
      hint:
        guess === undefined
          ? "a person's own window is in the session: attach to the agent"
          : `did you mean ${agent}:${guess}?`,
    });
  }
  if (found.found === undefined) {
    return fail("not-running", `the window ${found.label} of ${agent} is not open`, {
      hint: wording`\`${fleetCommand("why")} ${agent}\` says why, and \`${fleetCommand("apply")} ${agent}\` opens it`,
    });
  }
  return ok(found.found);
}
