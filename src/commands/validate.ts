import { instancesOf } from "../desired/replicas.ts";
import { count } from "../report/phrases.ts";
import { report, type Context } from "./context.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { readFleet } from "./read-fleet.ts";

/** `fleet validate`: checks fleet.yaml alone, all its errors at once. */
export async function validateCommand(context: Context): Promise<ExitCode> {
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const agents = instancesOf(config.value).length;
  context.output.text([
    `${context.output.colors.green("Valid:")} fleet ${config.value.name} with ${count(agents, "agent")}.`,
  ]);
  context.output.json({ valid: true, fleet: config.value.name, agents, diagnostics: [] });
  return exitCodes.ok;
}
