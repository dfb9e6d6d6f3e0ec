import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { Survey } from "../../observed/survey.ts";
import { cautious } from "../../plan/cautious.ts";
import { agentStatuses } from "../../plan/explain/status.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { choiceText, chosenAgent } from "../../report/attach/choice-text.ts";
import { sortAgents } from "../../report/table/sort-agents.ts";
import { ask } from "../../report/terminal/ask.ts";
import type { Colors } from "../../report/terminal/colors.ts";
import { print } from "../../report/terminal/print.ts";
import type { Exec } from "../../system/exec.ts";
import { selectAgents } from "../shared/select-agents.ts";

/**
 * Returns the one agent of a selection. Asks on the terminal if there are several, those first that need a person;
 * agents without a session are not offered.
 */
export async function chooseAgent(
  selection: Selection,
  surveyed: Survey,
  colors: Colors,
  exec: Exec,
): Promise<Result<string> | "interrupted"> {
  const named = await selectAgents(selection, surveyed);
  if (!named.ok) return named;
  const [only, ...others] = named.value ?? [];
  if (only !== undefined && others.length === 0) return ok(only);

  const { desired, observed } = surveyed;
  const all = agentStatuses(desired, observed, planFleet(desired, observed, cautious));
  const sessions = new Set(
    observed.tmux.kind === "server" ? observed.tmux.panes.map(({ agent }) => agent) : [],
  );
  const open = all.filter(({ name }) => (named.value?.has(name) ?? true) && sessions.has(name));
  const { observeActivities } = await import("../../observe/activity/observe-activities.ts");
  const activities = await observeActivities(desired, observed, (name) => sessions.has(name), exec);
  const rows = open.map((agent) => ({ ...agent, activity: activities.get(agent.name) }));
  const offered = sortAgents(rows, "attention");
  if (offered.length === 0) {
    return fail("not-running", "no agent has a session", {
      hint: wording`\`${fleetCommand("status")}\` shows their states, and \`${fleetCommand("apply")}\` starts those that should run`,
    });
  }
  const width = process.stderr.columns || 80;
  for (const line of choiceText(offered, observed.now, colors, width)) print("stderr", `${line}\n`);
  for (;;) {
    const answer = await ask("Attach to (number or name): ");
    if (answer === undefined) {
      print("stderr", "\n");
      return "interrupted";
    }
    const agent = chosenAgent(answer, offered);
    if (agent !== undefined) return ok(agent);
    print("stderr", `There is no agent ${JSON.stringify(answer.trim())} in this list.\n`);
  }
}
