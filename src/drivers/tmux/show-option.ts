import type { Exec } from "../../system/exec.ts";
import { runTmux } from "./tmux.ts";

/** Returns the value of a server or global option; undefined without a server, or if it does not answer. */
export async function showOption(exec: Exec, socket: string, name: string): Promise<string | undefined> {
  const outcome = await runTmux(exec, socket, ["display-message", "-p", `#{${name}}`]);
  if (outcome.kind !== "exited" || outcome.code !== 0) return undefined;
  return outcome.stdout.trim() || undefined;
}
