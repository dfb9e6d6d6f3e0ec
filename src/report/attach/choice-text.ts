import type { AgentStatus } from "../../plan/explain/status.ts";
import { columnsOf, tellingColumns } from "../table/columns.ts";
import { statusTable } from "../table/status-table.ts";
import type { TableRow } from "../table/table-row.ts";
import type { Colors } from "../terminal/colors.ts";

/**
 * Returns agents as a numbered table, from 1, cut at `width` columns. `now` in ms since the epoch.
 */
export function choiceText(
  agents: readonly TableRow[],
  now: number,
  colors: Colors,
  width: number,
): readonly string[] {
  const digits = String(agents.length).length;
  const columns = columnsOf(
    tellingColumns(["agent", "state", "activity", "since", "restarts", "pending"], agents),
  );
  const table = statusTable(agents, columns, now, colors, width - digits - 2);
  return table.map((line, index) => `${(index === 0 ? "" : String(index)).padStart(digits)}  ${line}`);
}

/** Returns the agent of an answer: its number in the table, or its name; undefined for another answer. */
export function chosenAgent(answer: string, agents: readonly AgentStatus[]): string | undefined {
  const text = answer.trim();
  const byNumber = /^[1-9]\d*$/.test(text) ? agents[Number(text) - 1] : undefined;
  return (agents.find(({ name }) => name === text) ?? byNumber)?.name;
}
