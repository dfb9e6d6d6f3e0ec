import { entryPath, entryWord, sectionOf } from "../config/entry-path.ts";
import { fleetPlaces } from "../config/file/places/fleet-places.ts";
import type { LoadedFleet } from "../config/file/load.ts";
import type { FleetConfig } from "../config/types.ts";
import { scheduleOf } from "../desired/schedule/timer.ts";
import { ok, type Diagnostic, type Result } from "../diagnostics/diagnostic.ts";
import { readCalendar } from "../drivers/systemd/timestamp.ts";
import type { Exec } from "../system/exec.ts";

/** The next time of each calendar expression, in systemd's words; undefined if they could not be checked. */
export type NextTimes = ReadonlyMap<string, string> | undefined;

/**
 * Checks all schedules of a fleet by one call of systemd-analyze, and by none without a schedule. Returns the
 * errors, each with its line if `loaded` has the text; undefined without systemd-analyze.
 */
export async function readSchedules(
  config: FleetConfig,
  loaded: LoadedFleet | undefined,
  exec: Exec,
): Promise<Result<NextTimes>> {
  const entries = scheduledEntries(config);
  if (entries.length === 0) return ok(new Map());
  const answer = await readCalendar(exec, [...new Set(entries.map(({ at }) => at))]);
  if (!answer.ok) return answer;
  if (answer.value === undefined) return ok(undefined);
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

/**
 * Returns a check of the schedules of a file read again and again. It asks systemd only about other schedules than
 * the time before. A file passes if systemd cannot be asked: then systemd refuses a wrong timer itself.
 */
export function scheduleChecker(exec: Exec): (loaded: LoadedFleet) => Promise<Result<LoadedFleet>> {
  let known: { readonly key: string; readonly result: Result<LoadedFleet> | undefined } | undefined;
  return async (loaded) => {
    const key = JSON.stringify(scheduledEntries(loaded.config).map(({ name, at }) => [name, at]));
    if (known?.key === key) return known.result ?? ok(loaded);
    const checked = await readSchedules(loaded.config, loaded, exec);
    const isUnknown = !checked.ok && checked.diagnostics.some(({ code }) => code !== "invalid-value");
    known = isUnknown ? undefined : { key, result: checked.ok ? undefined : checked };
    return known?.result ?? ok(loaded);
  };
}

function scheduledEntries({ agents }: FleetConfig): readonly {
  readonly name: string;
  readonly entry: FleetConfig["agents"][string];
  readonly at: string;
}[] {
  return Object.entries(agents).flatMap(([name, entry]) =>
    (scheduleOf(entry)?.at ?? []).map((at) => ({ name, entry, at })),
  );
}
