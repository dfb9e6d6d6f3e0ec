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

/** The answer of systemd to calendar expressions. */
export interface CalendarAnswer {
  readonly invalid: ReadonlySet<string>;
  /** The next time of each of the others in systemd's words, such as `Mon 2026-11-30 03:00:00 UTC`. */
  readonly next: ReadonlyMap<string, string>;
}

/**
 * Checks calendar expressions, as systemd.time(7) has them, in one call. Its result is undefined if there is no
 * systemd-analyze.
 */
export async function readCalendar(
  exec: Exec,
  expressions: readonly string[],
): Promise<Result<CalendarAnswer | undefined>> {
  const args = ["calendar", "--", ...expressions];
  const outcome = await exec({ file: "systemd-analyze", args, timeoutMs });
  if (outcome.kind === "not-found") return ok(undefined);
  if (outcome.kind !== "exited") return explainSystemctl(outcome, args);
  const answer = parseCalendar(outcome, expressions);
  if (outcome.code !== 0 && answer.invalid.size === 0) {
    return fail("command-failed", "systemd-analyze calendar failed", { detail: lastLine(outcome.stderr) });
  }
  return ok(answer);
}

/** Reads the blocks of systemd-analyze, one for each valid expression in turn, and its complaints about the others. */
export function parseCalendar(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
  expressions: readonly string[],
): CalendarAnswer {
  const invalid = new Set(expressions.filter((each) => stderr.includes(`'${each}'`)));
  const blocks = stdout.split("\n\n").filter((block) => block.includes("Normalized form:"));
  const valid = expressions.filter((each) => !invalid.has(each));
  const next = valid.flatMap((each, index) => {
    const time = /^ *Next elapse: (?!never)(.+)$/m.exec(blocks[index] ?? "")?.[1];
    return time === undefined ? [] : [[each, time] as const];
  });
  return { invalid, next: new Map(next) };
}
