import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { explainTmux, runTmux } from "./tmux.ts";

/** A client attached to a session. */
export interface ListedClient {
  /** Its name for tmux: mostly the path of its terminal. */
  readonly name: string;
  /** Last key or mouse event, seconds since the epoch. */
  readonly activity: number;
  readonly isReadOnly: boolean;
}

/** Lists the clients of the session `$N` that have a keyboard or look at it, without programs in control mode. */
export async function listClients(
  exec: Exec,
  socket: string,
  session: string,
): Promise<Result<readonly ListedClient[]>> {
  const format = "#{client_activity} #{client_control_mode} #{client_readonly} #{client_name}";
  const args = ["list-clients", "-t", session, "-F", format];
  const outcome = await runTmux(exec, socket, args);
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, args);
  const lines = outcome.stdout.split("\n").filter(Boolean);
  return ok(
    lines.flatMap((line) => {
      const [activity, isControl, isReadOnly, ...name] = line.split(" ");
      if (isControl === "1") return [];
      return [{ name: name.join(" "), activity: Number(activity), isReadOnly: isReadOnly === "1" }];
    }),
  );
}
