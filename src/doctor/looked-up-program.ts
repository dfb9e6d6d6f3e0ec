import { presets } from "../runtimes/presets.ts";
import type { AgentConfig, CommandConfig, FleetConfig } from "../config/types.ts";

/**
 * Returns the program that the shell of an agent looks up or runs first: a plain name, or an absolute path. Undefined if
 * only the shell knows. A preset runs its program by a script.
 */
export function lookedUpProgram(
  { command, runtime }: Pick<AgentConfig, "command" | "runtime">,
  { defaults, runtimes }: Pick<FleetConfig, "defaults" | "runtimes">,
): string | undefined {
  const name = runtime ?? defaults.runtime;
  const found =
    command ??
    (name !== undefined && Object.hasOwn(runtimes, name) ? runtimeCommand(runtimes[name]) : undefined);
  return found === undefined ? undefined : lookedUpName(found);
}

/** Returns the PATH of an agent; undefined if files with variables may have another one. */
export function pathOf(
  { env, envFiles = [] }: Pick<AgentConfig, "env" | "envFiles">,
  { defaults }: Pick<FleetConfig, "defaults">,
  managerPath: string,
): string | undefined {
  const own = env?.["PATH"] ?? defaults.env?.["PATH"];
  const hasEnvFiles = (defaults.envFiles ?? []).length + envFiles.length > 0;
  return own ?? (hasEnvFiles ? undefined : managerPath);
}

function runtimeCommand(runtime: FleetConfig["runtimes"][string] | undefined): CommandConfig | undefined {
  if (runtime?.preset === undefined) return runtime?.command;
  return runtime.written ?? presets[runtime.preset].command;
}

/** Words a shell runs itself (POSIX sh, 1.6, 2.4 and 2.14). */
const builtIn = new Set(
  "! alias bg break case cd command continue do echo else eval exec exit export false fc fg for getopts hash if jobs kill local printf pwd read readonly return set shift source test then times trap true type ulimit umask unalias unset until wait while . : [ {".split(
    " ",
  ),
);

/** A plain name, or an absolute path. */
const knownForm = /^(?:\/[\w.+/-]*|[\w.+-]+)$/;

function lookedUpName(command: CommandConfig): string | undefined {
  if (typeof command !== "string") {
    const [program = ""] = command;
    return knownForm.test(program) ? program : undefined;
  }
  const [word = "", next = ""] = command
    .trim()
    .replace(/^exec\s+/, "")
    .split(/\s+/);
  const isFunction = next.startsWith("(");
  return knownForm.test(word) && !builtIn.has(word) && !isFunction ? word : undefined;
}
