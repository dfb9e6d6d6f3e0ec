import type { ActivityState } from "../../activity/activity.ts";
import type { StatusRow } from "../../report/table/table-row.ts";

/** The condition of a wait. */
interface Condition {
  readonly wanted: readonly ActivityState[] | "running" | "ended";
  /** The time that it must last, ms. */
  readonly holdMs: number;
  /** True if one agent is enough. */
  readonly isAny: boolean;
}

/** The result of one look. */
interface GoalVerdict {
  readonly reached: boolean;
  /** Agents that cannot get there any more. */
  readonly impossible: readonly string[];
  /** Agents that are not there yet. */
  readonly left: readonly string[];
  /** Time until the next look without news, ms; undefined if only news matter. */
  readonly againMs: number | undefined;
}

/** Remembers since when each agent meets the condition. */
export interface Goal {
  /** `nowMs` is of a clock that only goes forward. */
  judge(rows: readonly StatusRow[], nowMs: number): GoalVerdict;
}

/** Returns a goal without a memory. */
export function createGoal({ wanted, holdMs, isAny }: Condition): Goal {
  const since = new Map<string, number>();
  return {
    judge(rows, nowMs) {
      for (const row of rows) {
        if (!meets(row, wanted)) since.delete(row.name);
        else if (!since.has(row.name)) since.set(row.name, nowMs);
      }
      const remainingGoal = ({ name }: StatusRow): number => holdMs - (nowMs - (since.get(name) ?? Infinity));
      const hasLasted = (row: StatusRow): boolean => since.has(row.name) && remainingGoal(row) <= 0;
      const left = rows.filter((row) => !hasLasted(row));
      const ended = typeof wanted === "string" ? [] : left.filter(runsNoMore).map(({ name }) => name);
      const isLost = isAny ? ended.length === rows.length : ended.length > 0;
      const rests = left.filter(({ name }) => since.has(name)).map(remainingGoal);
      return {
        reached: isAny ? left.length < rows.length : left.length === 0,
        impossible: isLost ? ended : [],
        left: left.map(({ name }) => name),
        againMs: rests.length === 0 ? undefined : Math.max(10, Math.min(...rests)),
      };
    },
  };
}

function meets(row: StatusRow, wanted: Condition["wanted"]): boolean {
  if (wanted === "running") return row.state === "running";
  if (wanted === "ended") return runsNoMore(row);
  return row.state === "running" && wanted.includes(row.activity?.state ?? "unknown");
}

function runsNoMore({ state }: StatusRow): boolean {
  return state === "stopped" || state === "failed" || state === "completed" || state === "missing";
}
