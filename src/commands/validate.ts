import { ownPart } from "../config/file/own-part.ts";
import { fileOf } from "../config/file/load.ts";
import type { FleetConfig } from "../config/types.ts";
import { instancesOf } from "../desired/instances.ts";
import { inputPaths } from "../desired/inputs.ts";
import { readInputs } from "../observe/files/read-inputs.ts";
import { unusableLineWarnings } from "../report/input-warnings.ts";
import { validateJson } from "../report/validate/validate-json.ts";
import { checkSchedules } from "./plan/check-schedules.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { doubtsAbout } from "./shared/reporting/report-doubts.ts";
import { readFleetFile } from "./shared/read-fleet.ts";
import { count } from "../text/counting.ts";

/**
 * Runs `fleet validate`: checks fleet.yaml, all its errors at once, and warns of doubtful lines in its
 * envFiles, and of lines that keep agents from starting.
 */
export async function validateCommand(context: Context): Promise<ExitCode> {
  const loaded = await readFleetFile(context, true);
  if (!loaded.ok) return report(context, loaded.diagnostics);
  const { config } = loaded.value;
  const here = await ownPart(config, fileOf(config) ?? "");
  // The envFiles of another host are on that host.
  const envFiles = here.ok ? inputPaths(here.value.config, context.machine.home).envFiles : [];
  const inputs = readInputs({ envFiles, workdirs: [] });
  const scheduled = await checkSchedules(config, loaded.value, context);
  if (!scheduled.ok) return report(context, scheduled.diagnostics);
  const doubts = [...(await doubtsAbout(loaded.value, inputs)), ...unusableLineWarnings(inputs)];
  if (!context.output.options.json && doubts.length > 0) context.output.diagnostics(doubts);
  const agents = instancesOf(config).length;
  context.output.text([
    `${context.output.colors.green("Valid:")} fleet ${config.name} with ${count(agents, "agent")}${hostsPhrase(config)}.`,
  ]);
  context.output.json(validateJson({ valid: true, fleet: config.name, agents }, doubts));
  return exitCodes.ok;
}

function hostsPhrase({ hosts }: FleetConfig): string {
  return hosts === undefined ? "" : ` on ${count(Object.keys(hosts).length, "host")}`;
}
