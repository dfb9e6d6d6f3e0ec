import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { managerFacts } from "../../drivers/systemd/manager-facts.ts";
import { reachProgram } from "../../observe/init/reach-program.ts";
import { runtimeNames } from "../../runtimes/known-runtimes.ts";
import { defaultUnitPath, type ReachedProgram } from "../../runtimes/unit-path.ts";
import type { Exec } from "../../system/exec.ts";

/** The programs that agents of this account could run. */
export interface Programs {
  /** The PATH of units. */
  readonly unitPath: string;
  /** The known AI agents that are installed, the one to prefer first. */
  readonly installed: readonly ReachedProgram[];
  /** Looks up any program. */
  readonly reach: (program: string) => ReachedProgram | undefined;
  /** The reason if the user manager did not tell its PATH. */
  readonly problems: readonly Diagnostic[];
}

/** Finds the installed runtimes, on the PATH of the user manager and of this process. */
export async function findPrograms(exec: Exec): Promise<Programs> {
  const asked = await managerFacts(exec);
  const unitPath = (asked.ok ? asked.value.path : undefined) ?? defaultUnitPath;
  const reach = (program: string): ReachedProgram | undefined => reachProgram(program, unitPath, process.env);
  return {
    unitPath,
    reach,
    installed: runtimeNames.flatMap((program) => reach(program) ?? []),
    problems: asked.ok ? [] : asked.diagnostics,
  };
}
