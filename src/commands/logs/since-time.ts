import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readTimestamp } from "../../drivers/systemd/timestamp.ts";
import type { Exec } from "../../system/exec.ts";
import { parseDuration } from "../../text/durations.ts";

/** Returns the time of --since, ms since the epoch: a duration before now, or a form of systemd.time(7). */
export async function sinceTime(text: string | undefined, exec: Exec): Promise<Result<number | undefined>> {
  if (text === undefined) return ok(undefined);
  const before = parseDuration(text);
  if (before !== undefined) return ok(Date.now() - before);
  const time = await readTimestamp(exec, text);
  if (time.ok) return time;
  const isRefused = time.diagnostics.every(({ code }) => code === "bad-usage");
  if (!isRefused) return time;
  return fail("bad-usage", `"${text}" is neither a duration nor a time`, {
    hint: 'durations are 30m, 2h or 1d; times are 18:00, yesterday or "2026-12-24 08:00"',
  });
}
