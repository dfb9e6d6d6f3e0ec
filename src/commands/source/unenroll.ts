import { rmSync } from "node:fs";
import { basename, dirname } from "node:path/posix";
import type { GitSettings } from "../../config/source/source-settings.ts";
import { watchUnit } from "../../desired/files/watch-service.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { exists } from "../../drivers/files/read.ts";
import { removeFile } from "../../drivers/files/write.ts";
import { sweepPrograms } from "../../drivers/files/pushed/keep-program.ts";
import { readInstalledWatch } from "../../observe/watch/watch-program.ts";
import { unenrolledLine, unenrollLines, unenrollQuestion } from "../../report/source/enroll-text.ts";
import { readSettings } from "../../source/read-settings.ts";
import { signersFile, sourcePaths, type SourcePaths } from "../../source/source-paths.ts";
import { digest } from "../../text/digests/digest.ts";
import { expandHome } from "../../text/paths.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { SourceFlags } from "../shared/flags.ts";
import { uninstallWatch } from "../watch/watch-service.ts";
import { agreementTo, isAgreed, quietly } from "./agreement.ts";
import { layoutFor, otherWatch } from "./read-enrollment.ts";
import { withEnrollLock } from "./with-enroll-lock.ts";

/**
 * Runs `fleet source unenroll`: removes the service of the watch, source.yaml and the allowed signers. The agents go on, the
 * last fetched fleet file stays, and so does the memory of the applied revision: a later enrollment takes no older one.
 */
export async function unenrollSource(
  context: Context,
  file: string,
  { yes = false }: SourceFlags,
): Promise<ExitCode> {
  const { machine, output } = context;
  const known = readSettings(file, machine);
  const fleet = known.ok ? known.value.fleet : basename(dirname(dirname(file)));
  const paths = sourcePaths(file, fleet, machine);
  const layout = layoutFor(fleet, machine);
  if (!exists(paths.settings)) {
    output.json({ formatVersion: "1.0", diagnostics: [] });
    output.text([unenrolledLine(fleet, false)]);
    return exitCodes.ok;
  }
  const isInstalled = readInstalledWatch(layout) !== undefined;
  const files = [paths.settings, ...ownSigners(known, fleet, context)];
  const obstacle = otherWatch(paths, fleet, context);
  if (obstacle !== undefined) return report(context, [obstacle]);
  const id = digest(JSON.stringify(["unenroll", files, isInstalled]));
  const unit = isInstalled ? watchUnit(layout) : undefined;
  if (!isAgreed(id, context)) output.text(unenrollLines({ unit, files }, output.colors));
  const agreed = await agreementTo(id, unenrollQuestion(fleet), yes, context);
  if (agreed !== "go") {
    if (output.options.json) output.diagnostics(agreed.problems);
    return agreed.code;
  }
  return withEnrollLock(fleet, context, () => removeSource(paths, files, fleet, context));
}

/** Removes an enrollment. The service goes first: a run that is cut leaves a machine that follows nothing. */
async function removeSource(
  paths: SourcePaths,
  files: readonly string[],
  fleet: string,
  context: Context,
): Promise<ExitCode> {
  const { machine, output } = context;
  const flags = { ...context.flags, file: paths.fleetFile };
  const code = await uninstallWatch(withoutText({ ...context, flags }));
  if (code !== exitCodes.ok) return code;
  for (const path of [paths.orders, ...files.toReversed()]) {
    const removed = await removeFile(path);
    if (!removed.ok) return report(context, removed.diagnostics);
  }
  rmSync(paths.mirrors, { recursive: true, force: true });
  rmSync(paths.seen, { force: true });
  sweepPrograms(machine.home, layoutFor(fleet, machine).unitDir);
  output.text([unenrolledLine(fleet, true)]);
  return exitCodes.ok;
}

/** Returns the file of allowed signers if an enrollment has written it. */
function ownSigners(known: Result<GitSettings>, fleet: string, { machine }: Context): readonly string[] {
  const own = signersFile(fleet, machine);
  const verify = known.ok ? known.value.verify : undefined;
  const isUsed = verify?.kind === "signers" && expandHome(verify.allowedSigners, machine.home) === own;
  return isUsed && exists(own) ? [own] : [];
}

/** Returns the same context without texts; for another machine, without the JSON of the service as well. */
function withoutText(context: Context): Context {
  if (context.caller !== undefined) return quietly(context);
  const ignoreText = (): void => undefined;
  return { ...context, output: { ...context.output, text: ignoreText, remark: ignoreText } };
}
