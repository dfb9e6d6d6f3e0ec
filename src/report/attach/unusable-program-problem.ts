import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { UnusableProgram } from "../../observe/processes/unusable-program.ts";

/** Returns the problem of a program that cannot be started next to an agent. */
export function unusableProgramProblem(agent: string, program: string, found: UnusableProgram): Diagnostic {
  const problem = { severity: "error", code: "missing-program" } as const;
  if (found.kind === "not-executable")
    return {
      ...problem,
      summary: `${found.path} cannot be executed`,
      hint: "name a file that you may execute (chmod +x)",
    };
  if (found.path !== undefined) return { ...problem, summary: `there is no program ${found.path}` };
  return {
    ...problem,
    summary: `there is no program "${program}" on the PATH of ${agent}`,
    detail: found.searched,
    hint: "install it, give its full path, or set PATH in env; fleet exec finds no alias and no function of a shell",
  };
}
