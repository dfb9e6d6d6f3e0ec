import type { HostRows } from "../../report/ui/host-rows.ts";
import { uiAgent } from "../../report/ui/fleet-rows.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { lookAtFleet } from "../status/look.ts";

/** Runs `__page-rows` for the page of another machine: the agents of this one, as rows. Changes nothing. */
export async function pageRowsCommand(context: Context): Promise<ExitCode> {
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const look = await lookAtFleet(config.value, { names: [] }, [], context);
  if (!look.ok) return report(context, look.diagnostics);
  const { now, status } = look.value;
  const agents = status.agents.map((row) => uiAgent(row, now, undefined));
  context.output.json({ now, agents } satisfies HostRows);
  return exitCodes.ok;
}
