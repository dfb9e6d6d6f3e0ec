import { lookedUpProgram, pathOf } from "./looked-up-program.ts";
import type { FleetConfig } from "../config/types.ts";
import { declaredWorktree } from "../config/entries/worktree.ts";
import type { Finding } from "./finding.ts";

/** A program by its name or its absolute path, with the PATH of its agents. */
export interface ProgramUse {
  readonly program: string;
  readonly path: string;
  /** The entries of fleet.yaml, in their order. */
  readonly agents: readonly string[];
}

/**
 * Returns the programs of a fleet. `managerPath` is the PATH of the user manager. Leaves out commands that only a shell
 * understands, and entries with envFiles, because their PATH is not known. Pure.
 */
export function programUses(config: FleetConfig, managerPath: string): readonly ProgramUse[] {
  const uses = new Map<string, { program: string; path: string; agents: string[] }>();
  for (const [name, agent] of Object.entries(config.agents)) {
    const program = lookedUpProgram(agent, config);
    const path = pathOf(agent, config, managerPath);
    if (path === undefined) continue;
    const git = declaredWorktree(agent, config.defaults) === undefined ? [] : ["git"];
    for (const each of [...(program === undefined ? [] : [program]), ...git]) {
      const key = `${each}\0${path}`;
      const use = uses.get(key) ?? { program: each, path, agents: [] };
      use.agents.push(name);
      uses.set(key, use);
    }
  }
  return [...uses.values()];
}

/** Returns the findings on programs that are not on the PATH of their agents. `find` looks a program up on a PATH. */
export function programFindings(
  uses: readonly ProgramUse[],
  find: (program: string, path: string) => string | undefined,
  callerPath: string,
): readonly Finding[] {
  return uses.flatMap(({ program, path, agents }): readonly Finding[] => {
    if (find(program, path) !== undefined) return [];
    const found = find(program, callerPath);
    return [{ check: "programs", severity: "broken", kind: "program-missing", program, path, agents, found }];
  });
}
