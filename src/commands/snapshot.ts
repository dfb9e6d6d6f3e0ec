import { hostname } from "node:os";
import { survey } from "../observe/survey.ts";
import { renderSnapshot } from "../snapshot/snapshot.ts";
import { version } from "../desired/version.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { readFleetFile } from "./shared/read-fleet.ts";

/** Runs `fleet snapshot`: prints the observed state, for `fleet plan --against` elsewhere. */
export async function snapshotCommand(context: Context): Promise<ExitCode> {
  const loaded = await readFleetFile(context);
  if (!loaded.ok) return report(context, loaded.diagnostics);
  const { config, folder } = loaded.value;
  const surveyed = await survey(config, context);
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const { observed, desired } = surveyed.value;
  const takenAt = new Date(observed.now).toISOString();
  const label = { version, host: hostname(), takenAt, machine: context.machine, folder };
  context.output.raw(renderSnapshot(observed, desired, label));
  return exitCodes.ok;
}
