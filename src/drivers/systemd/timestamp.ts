import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { lastLine } from "../../text/last-line.ts";
import { explainSystemctl } from "./systemctl.ts";

/** systemd-analyze asks no other process. */
const timeoutMs = 10_000;

/**
 * Returns a point in time as systemd.time(7) writes it (`18:00`, `tomorrow`, `2026-12-24 08:00`), in ms since
 * the epoch.
 */
export async function readTimestamp(exec: Exec, text: string): Promise<Result<number>> {
  const args = ["timestamp", "--", text];
  const outcome = await exec({ file: "systemd-analyze", args, timeoutMs });
  if (outcome.kind !== "exited") return explainSystemctl(outcome, args);
  const seconds = /^ *UNIX seconds: @([\d.]+)$/m.exec(outcome.stdout)?.[1];
  if (outcome.code === 0 && seconds !== undefined) return ok(Number(seconds) * 1000);
  return fail("bad-usage", `"${text}" is neither a duration nor a time`, {
    detail: lastLine(outcome.stderr),
    hint: 'durations are 30m, 2h or 1d; times are 18:00, tomorrow or "2026-12-24 08:00"',
  });
}
