import type { Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { survey } from "../../observe/survey.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { ownedNames } from "../../plan/view/agent-view.ts";
import { naturally } from "../../text/natural-order.ts";
import type { Context } from "../shared/context.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { selectAgents } from "../shared/select-agents.ts";

/** Returns the selected agents, declared or still on the machine; all of them without a selection. In natural order. */
export async function agentsOf(
  context: Context,
  selection: Selection,
): Promise<Result<{ readonly layout: Layout; readonly agents: readonly string[] }>> {
  const config = await readFleet(context);
  if (!config.ok) return config;
  const surveyed = await survey(config.value, { ...context, ignoresWork: true });
  if (!surveyed.ok) return surveyed;
  const { desired, observed } = surveyed.value;
  const only = await selectAgents(selection, surveyed.value);
  if (!only.ok) return only;
  const all = new Set([...desired.agents.map(({ name }) => name), ...ownedNames(observed, desired.layout)]);
  return ok({ layout: desired.layout, agents: naturally(only.value ?? all) });
}
