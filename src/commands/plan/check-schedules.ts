import { entryPath, entryWord, sectionOf } from "../../config/entry-path.ts";
import { fleetPlaces } from "../../config/file/fleet-places.ts";
import type { LoadedFleet } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { scheduleOf } from "../../desired/files/timer.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { readCalendar } from "../../drivers/systemd/timestamp.ts";
import type { Plan } from "../../plan/types.ts";
import type { Context } from "../shared/context.ts";

/** The next time of each calendar expression, in systemd's words; undefined if they could not be checked. */
export type NextTimes = ReadonlyMap<string, string> | undefined;

/**
 * Checks all schedules of a fleet by one call of systemd-analyze, and none without a schedule. Returns the errors, each with
 * its line if `loaded` has the text. Without systemd-analyze it warns, and fails nothing.
 */
export async function checkSchedules(
  config: FleetConfig,
  loaded: LoadedFleet | undefined,
  { exec, output }: Context,
): Promise<Result<NextTimes>> {
  const entries = Object.entries(config.agents).flatMap(([name, entry]) =>
    (scheduleOf(entry)?.at ?? []).map((at) => ({ name, entry, at })),
  );
  if (entries.length === 0) return ok(new Map());
  const answer = await readCalendar(exec, [...new Set(entries.map(({ at }) => at))]);
  if (!answer.ok) return answer;
  if (answer.value === undefined) {
    output.remark("The schedules are not checked: systemd-analyze was not found.");
    return ok(undefined);
  }
  const { invalid, next } = answer.value;
  const wrong = entries.filter(({ at }) => invalid.has(at));
  if (wrong.length === 0) return ok(next);
  const places = loaded === undefined ? undefined : await fleetPlaces(loaded);
  const diagnostics = wrong.map(({ name, entry, at }): Diagnostic => ({
    severity: "error",
    code: "invalid-value",
    summary: `schedule in ${entryWord(sectionOf(entry))} "${name}" is no calendar expression of systemd: ${JSON.stringify(at)}`,
    hint: "for example daily, hourly, 03:00 or Mon..Fri 09:00; systemd-analyze calendar explains one",
    place: places?.at([...entryPath(name, entry), "schedule"]),
  }));
  return { ok: false, diagnostics };
}

/** Returns a plan with a note of the next runs of the timers that it starts or changes. */
export function withNextRuns(plan: Plan, config: FleetConfig, next: NextTimes): Plan {
  const timers = plan.actions.filter(
    ({ kind, target }) => (kind === "start" || kind === "write-file") && target.endsWith(".timer"),
  );
  const runs = [...new Set(timers.map(({ agent = "" }) => agent))].flatMap((agent) => {
    const entry = config.agents[agent] ?? config.agents[agent.replace(/-[1-9]\d*$/, "")];
    const [first] = (entry === undefined ? undefined : scheduleOf(entry))?.at ?? [];
    const at = first === undefined ? undefined : next?.get(first);
    return at === undefined ? [] : [{ agent, at }];
  });
  return runs.length === 0 ? plan : { ...plan, notes: [...plan.notes, { kind: "next-runs", runs }] };
}
