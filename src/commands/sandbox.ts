import { runSandbox } from "../sandbox/run.ts";
import { report, type Context } from "./shared/context.ts";

/** Runs `fleet sandbox -- CMD`: CMD with a private systemd user manager. Returns CMD's own exit code. */
export async function sandboxCommand(context: Context, command: readonly string[]): Promise<number> {
  const ended = await runSandbox({ command, managerLog: true });
  return ended.ok ? ended.value : report(context, ended.diagnostics);
}
