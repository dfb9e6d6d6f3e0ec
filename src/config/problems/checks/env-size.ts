import { entryPath, entryWord, sectionOf } from "../../entry-path.ts";
import type { Problem } from "../../problem.ts";
import type { FleetConfig } from "../../types.ts";
import { quoteShortened } from "../../describe-path.ts";

/**
 * Limit for all variables of an agent, bytes. execve(2) takes a quarter of the stack limit (usually 2 MB) for
 * variables and arguments together; the user manager's variables, envFiles and the command come on top.
 */
const maxBytes = 1_000_000;

/** The kernel's overhead for each variable: the =, the NUL and a pointer. */
const overhead = 10;

/** Returns a problem for each agent whose environment is too large to start it. */
export function envSizeProblems({ defaults, agents }: FleetConfig): readonly Problem[] {
  const shared = environmentSize(defaults.env);
  return Object.entries(agents)
    .filter(([, { env, service }]) => (service === true ? 0 : shared) + environmentSize(env) > maxBytes)
    .map(([name, entry]) => ({
      code: "invalid-value",
      summary: `the environment of ${entryWord(sectionOf(entry))} ${quoteShortened(name)} is too large`,
      detail: `Its variables, with those of the defaults, may take ${maxBytes} bytes: the kernel starts no program with much more.`,
      hint: "put large values into files, and give the agent their paths",
      path: [...entryPath(name, entry), "env"],
      on: "key",
    }));
}

function environmentSize(env: Readonly<Record<string, string>> = {}): number {
  return Object.entries(env).reduce((sum, entry) => sum + Buffer.byteLength(entry.join("")) + overhead, 0);
}
