import type { CommandConfig, FleetConfig } from "../config/types.ts";
import { declaredWorktree } from "../config/worktree.ts";
import { presets } from "../runtimes/presets.ts";
import type { Finding } from "./finding.ts";

/** A program run by its name, with the PATH of its agents. */
export interface ProgramUse {
  readonly program: string;
  readonly path: string;
  /** The entries of fleet.yaml, in their order. */
  readonly agents: readonly string[];
}

/**
 * Returns the programs of a fleet looked up on PATH. `managerPath` is the PATH of the user manager. Leaves out
 * commands whose first word is not a plain name (a shell's business), and entries with envFiles, because their PATH is
 * not known. Pure.
 */
export function programUses(
  { agents, defaults, runtimes }: FleetConfig,
  managerPath: string,
): readonly ProgramUse[] {
  const uses = new Map<string, { program: string; path: string; agents: string[] }>();
  for (const [name, agent] of Object.entries(agents)) {
    const command =
      agent.command ?? (agent.runtime === undefined ? undefined : commandOf(runtimes[agent.runtime]));
    const program = command === undefined ? undefined : programOf(command);
    const ownPath = agent.env?.["PATH"] ?? defaults.env?.["PATH"];
    const hasEnvFiles = (defaults.envFiles ?? []).length + (agent.envFiles ?? []).length > 0;
    if (ownPath === undefined && hasEnvFiles) continue;
    const path = ownPath ?? managerPath;
    const git = declaredWorktree(agent, defaults) === undefined ? [] : ["git"];
    for (const each of [...(program === undefined ? [] : [program]), ...git]) {
      const key = `${each}\0${path}`;
      const use = uses.get(key) ?? { program: each, path, agents: [] };
      use.agents.push(name);
      uses.set(key, use);
    }
  }
  return [...uses.values()];
}

/** Returns the command that runs the program itself: a preset runs it by a script. */
function commandOf(runtime: FleetConfig["runtimes"][string] | undefined): CommandConfig | undefined {
  if (runtime?.preset === undefined) return runtime?.command;
  return runtime.written ?? presets[runtime.preset].command;
}

/** Words that a shell runs itself (POSIX sh, 2.9.1 and 2.14). */
const builtIn = new Set(
  "if while for until case exec cd export set unset trap eval exit read umask wait ulimit command test echo printf true false type source . : [ { (".split(
    " ",
  ),
);

function programOf(command: CommandConfig): string | undefined {
  if (typeof command !== "string") {
    const [program = ""] = command;
    return /^[\w.+-]+$/.test(program) ? program : undefined;
  }
  const [word = ""] = command
    .trim()
    .replace(/^exec\s+/, "")
    .split(/\s+/);
  return /^[\w.+-]+$/.test(word) && !builtIn.has(word) ? word : undefined;
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
