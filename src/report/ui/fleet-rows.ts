import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { UiProblem } from "../../ui/changes/ui-change.ts";
import type { UiAgent, UiFleet } from "../../ui/protocol.ts";
import { wordingText } from "../terminal/wording-text.ts";
import { noteText } from "../plan/note-text.ts";
import { deviationNote } from "../plan/deviation-text.ts";
import type { FleetStatus } from "../status/status-json.ts";
import { columnsOf, pendingText } from "../table/columns.ts";
import { attentionOf } from "../table/sort-agents.ts";
import type { StatusRow } from "../table/table-row.ts";

const [stateColumn] = columnsOf(["state"]);
/** The unit of memory figures, bytes. A finer one would change every row all the time. */
const memoryUnit = 1024 * 1024;

/** Returns a row of the page, after the row of the same agent `before`. `now` is the time of its reading, ms since the epoch. */
export function uiAgent(row: StatusRow, now: number, before: UiAgent | undefined): UiAgent {
  const { activity, plan, memoryBytes, processorShare } = row;
  return {
    name: row.name,
    host: null,
    isService: row.kind === "service",
    desired: row.desired ?? null,
    labels: row.labels ?? {},
    state: row.state,
    stateText: stateColumn?.cell(row, now) ?? row.state,
    activity:
      activity === undefined || activity.state === "unknown"
        ? null
        : { state: activity.state, reason: activity.reason ?? null, since: activity.sinceMs },
    since: row.since ?? null,
    restarts: row.restarts,
    attached: row.attached,
    viewers: row.viewers,
    quietSince: quietSince(row.idleSeconds, now, before?.quietSince ?? null),
    memoryBytes: memoryBytes === undefined ? null : Math.ceil(memoryBytes / memoryUnit) * memoryUnit,
    processorShare: processorShare === undefined ? null : Math.round(processorShare * 100) / 100,
    action: plan?.action ?? "none",
    pending: pendingText(row, "→") ?? null,
    attention: attentionOf(row),
    isSuspended: plan?.suspended !== undefined,
    isFrozen: row.isFrozen,
  };
}

/** Returns the time of the last output. Whole seconds on both sides differ by one now and then, which is no news. */
function quietSince(idleSeconds: number | undefined, now: number, before: number | null): number | null {
  if (idleSeconds === undefined) return null;
  const at = Math.floor(now / 1000 - idleSeconds) * 1000;
  return before !== null && Math.abs(at - before) <= 1_000 ? before : at;
}

/** Returns everything else about a fleet. */
export function uiFleet(
  status: FleetStatus,
  rest: Pick<UiFleet, "file" | "host" | "version" | "seenAt">,
): UiFleet {
  const { watcher, notes, deviations = [] } = status;
  return {
    ...rest,
    hosts: [],
    fleet: status.fleet,
    watch: watcher?.pid === undefined ? null : { pid: watcher.pid, isService: watcher.isService },
    holder: status.holder.active,
    notes: [...notes.map(noteText), ...deviations.map(deviationNote)],
    problems: [],
  };
}

/** Returns a problem in the words of the command line. */
export function uiProblem({ summary, place, detail, hint }: Diagnostic): UiProblem {
  return {
    summary,
    place: place === undefined ? null : `${place.file}:${place.line}:${place.column}`,
    detail: detail ?? null,
    hint: hint === undefined ? null : wordingText(hint),
  };
}
