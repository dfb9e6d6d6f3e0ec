import { join } from "node:path/posix";
import { inputPaths } from "../desired/inputs.ts";
import { renderedThings } from "../render/rendered-files.ts";
import { resolveFleet } from "../desired/agent/resolve.ts";
import type { Desired } from "../desired/types.ts";
import { fail, type Result } from "../diagnostics/diagnostic.ts";
import { makeFolders } from "../drivers/files/make-folders.ts";
import { inScratchFolder } from "../drivers/files/scratch.ts";
import { writeFile } from "../drivers/files/write.ts";
import { verifyUnits, type UnitFinding } from "../drivers/systemd/verify-units.ts";
import { readInputs } from "../observe/files/read-inputs.ts";
import { readControllers } from "../observe/in-force/controllers.ts";
import { notEnforced } from "../plan/in-force/not-enforced.ts";
import { findingsOfFleet, unitsToVerify } from "../plan/commands/unit-findings.ts";
import { noEffect, unitProblem, unitsUnchecked } from "../report/validate/unit-problems.ts";
import { validateJson } from "../report/validate/validate-json.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { readFleet } from "./shared/read-fleet.ts";
import { errorMessage } from "../text/error-message.ts";
import { count } from "../text/counting.ts";

/**
 * Runs `fleet validate --units`: checks fleet.yaml, and makes systemd itself check the resulting units. Needs
 * systemd-analyze, but neither a user manager nor tmux; without systemd-analyze it says so, and only the file
 * counts.
 */
export async function validateUnitsCommand(context: Context): Promise<ExitCode> {
  const { machine, output } = context;
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const inputs = readInputs(inputPaths(config.value, machine.home));
  const desired = resolveFleet(config.value, machine, inputs);
  const units = unitsToVerify(desired);
  const verified = await verify(desired, units, context);
  if (!verified.ok) return report(context, verified.diagnostics);

  const isChecked = verified.value !== undefined;
  const findings = findingsOfFleet(verified.value ?? [], desired);
  const unenforced = notEnforced(desired.agents, readControllers(undefined, machine.uid));
  const problems = [
    ...(isChecked ? findings.map(unitProblem) : [unitsUnchecked]),
    ...unenforced.map(noEffect),
  ];
  const agents = desired.agents.length;
  const isValid = findings.length === 0;
  const checks = { checked: isChecked, count: isChecked ? units.length : 0, findings };
  output.json(validateJson({ valid: isValid, fleet: config.value.name, agents, units: checks }, problems));
  if (isValid) {
    const checked = isChecked ? `, and ${count(units.length, "unit")} that systemd takes` : "";
    output.text([
      `${output.colors.green("Valid:")} fleet ${config.value.name} with ${count(agents, "agent")}${checked}.`,
    ]);
  }
  if (problems.length > 0 && !output.options.json) output.diagnostics(problems);
  return isValid ? exitCodes.ok : exitCodes.error;
}

/** Lays out systemd's files, and the files they refer to, in a folder of its own. Leaves out env files. */
async function verify(
  desired: Desired,
  units: readonly string[],
  { exec }: Context,
): Promise<Result<readonly UnitFinding[] | undefined>> {
  try {
    return await inScratchFolder(async (scratch) => {
      const runtimeDir = join(scratch, "run");
      makeFolders(runtimeDir, 0o700);
      const files = renderedThings(desired).flatMap((thing) =>
        thing.kind === "file" && !thing.path.endsWith(".env") ? [thing] : [],
      );
      const written = await Promise.all(
        files.map(({ path, content, mode }) => writeFile(join(scratch, path), content, mode, 0o700)),
      );
      const failed = written.find((each) => !each.ok);
      if (failed?.ok === false) return failed;
      return verifyUnits(exec, scratch, runtimeDir, units);
    });
  } catch (error) {
    return fail("file-write-failed", "cannot make a temporary folder to verify units in", {
      detail: errorMessage(error),
      hint: "set TMPDIR to a folder that can be written to",
    });
  }
}
