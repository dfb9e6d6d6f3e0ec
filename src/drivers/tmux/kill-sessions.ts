import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { inCalls } from "./sequence.ts";
import { explainTmux, isNoServer, runTmux } from "./tmux.ts";

export interface OwnedSession {
  /** `$N`. One server never reuses it; but a new server begins again at 0. */
  readonly id: string;
  /** The unit in the session's mark @mosaic_unit; any other mark protects the session. */
  readonly unit: string;
}

/** Ends sessions with the mark of their unit. Succeeds if a session is already gone or has another mark. */
export async function killSessions(
  exec: Exec,
  socket: string,
  sessions: readonly OwnedSession[],
): Promise<Result<void>> {
  for (const some of inCalls(sessions)) {
    const args = some.flatMap(guardedKill);
    const outcome = await runTmux(exec, socket, args);
    if (isNoServer(outcome)) return ok(undefined);
    const done = outcome.kind === "exited" && (outcome.code === 0 || onlyGone(outcome.stderr));
    if (!done) return explainTmux(outcome, ["kill-session"]);
  }
  return ok(undefined);
}

/** Returns a tmux command for both steps: compare the mark, end the session. */
function guardedKill({ id, unit }: OwnedSession, index: number): readonly string[] {
  const isOwn = `#{==:#{@mosaic_unit},${unit}}`;
  return [...(index > 0 ? [";"] : []), "if-shell", "-F", "-t", `${id}:`, isOwn, `kill-session -t '${id}'`];
}

function onlyGone(stderr: string): boolean {
  const lines = stderr.split("\n").filter(Boolean);
  return lines.length > 0 && lines.every((line) => line.startsWith("can't find session"));
}
