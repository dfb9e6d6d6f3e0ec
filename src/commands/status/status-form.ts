import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { ignoredChecks } from "../../observe/doctor/ignored-checks.ts";
import { columnNames, type ColumnName, type SortKey } from "../../report/table/column-names.ts";
import { columnsOf, tellingColumns, usualColumns } from "../../report/table/columns.ts";
import { sortAgents } from "../../report/table/sort-agents.ts";
import { roomBeside } from "../../report/table/status-table.ts";
import type { StatusForm } from "../../report/status/status-text.ts";
import type { ActivityState } from "../../activity/activity.ts";
import type { Context } from "../shared/context.ts";
import type { StatusFlags } from "../shared/flags.ts";
import { withLastLines } from "./last-lines.ts";
import type { StatusLook } from "./look.ts";
import { activitiesWanted, columnsWanted, orderWanted } from "./wanted.ts";

/** The flags of a status, understood. */
export interface Wanted {
  readonly columns: readonly ColumnName[];
  /** True if the person has left the choice of columns to the width of the terminal. */
  readonly isFlexible: boolean;
  /** Undefined for the order of each output: attention in a table, names in JSON. */
  readonly order: SortKey | undefined;
  /** Undefined for all agents. */
  readonly activities: readonly ActivityState[] | undefined;
}

/**
 * Returns a look with only the agents of the wanted activities. A running agent nothing tells about is unknown.
 */
export function withActivities(look: StatusLook, { activities }: Wanted): StatusLook {
  if (activities === undefined) return look;
  const agents = look.status.agents.filter(
    ({ state, activity }) => state === "running" && activities.includes(activity?.state ?? "unknown"),
  );
  return { ...look, status: { ...look.status, agents } };
}

/** Returns the columns and the order the flags ask for. */
export async function wantedBy({ activity, columns, output, sort }: StatusFlags): Promise<Result<Wanted>> {
  const named = columns === undefined ? undefined : await columnsWanted(columns);
  if (named?.ok === false) return named;
  const order = sort === undefined ? undefined : await orderWanted(sort);
  if (order?.ok === false) return order;
  const activities = activity === undefined ? undefined : await activitiesWanted(activity);
  if (activities?.ok === false) return activities;
  const shown = named?.value ?? (output === "wide" ? columnNames : usualColumns);
  const isSortedByUse = order?.value === "cpu" && !shown.includes("cpu");
  return ok({
    columns: isSortedByUse ? [...shown, "cpu"] : shown,
    isFlexible: named === undefined && output !== "wide",
    order: order?.value,
    activities: activities?.value,
  });
}

/** The least room for the last lines: in less, they say nothing. */
const leastRoom = 26;

/** Returns a look in its order, with the last lines if they are asked for, or if the terminal has room; and its form. */
export async function arranged(
  look: StatusLook,
  { columns, isFlexible, order }: Wanted,
  width: number,
  { exec, machine }: Context,
): Promise<{ readonly look: StatusLook; readonly form: StatusForm }> {
  const { status, panes, now } = look;
  const agents = sortAgents(status.agents, order ?? "attention");
  const hasRoom =
    isFlexible &&
    Number.isFinite(width) &&
    roomBeside(agents, columnsOf(tellingColumns(columns, agents)), now, width) >= leastRoom;
  const shown: readonly ColumnName[] = hasRoom ? [...columns, "last"] : columns;
  const rows = shown.includes("last")
    ? await withLastLines(agents, panes, status.holder.socket, exec)
    : agents;
  return {
    look: { ...look, status: { ...status, agents: rows } },
    form: { columns: shown, width, ignoresFigures: ignoredChecks(machine).has("controllers") },
  };
}
