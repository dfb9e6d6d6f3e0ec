import { dirname, isAbsolute, relative, resolve } from "node:path/posix";
import { protectPlaceholders } from "../../config/entries/placeholders.ts";
import {
  checkName,
  freeName,
  nameFrom,
  parseAgents,
  type Starter,
  type StarterRuntime,
} from "../../config/writing/starter.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { kindOf } from "../../drivers/files/read.ts";
import { schemaFor } from "../../observe/init/schema-for.ts";
import { takenNames } from "../../observe/init/taken-names.ts";
import { lineOf, programIn } from "../../runtimes/known-runtimes.ts";
import { pathFor, type ReachedProgram } from "../../runtimes/unit-path.ts";
import type { Machine } from "../../machine/machine.ts";
import { expandHome } from "../../text/paths.ts";
import { shellWord } from "../../text/shell-word.ts";
import type { InitFlags } from "../shared/flags.ts";
import type { Programs } from "./installed-runtimes.ts";

/** The agents of a new file without another wish. */
export const defaultAgents = "coder";

/** The place of a new file. */
export interface NewFile {
  /** As given. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  /** Absolute: relative paths of the caller begin there. */
  readonly cwd: string;
}

/** A new file, and the programs of its agents. */
export interface Composed {
  readonly starter: Starter;
  /** The program of the agents' command; undefined if neither PATH has it. */
  readonly reached: ReachedProgram | undefined;
}

/** Returns the content of a new fleet.yaml: the flags, and for everything else the best guess. */
export function composeStarter(
  flags: InitFlags,
  { path: file, cwd }: NewFile,
  programs: Programs,
  machine: Machine,
): Result<Composed> {
  const agents = parseAgents(flags.agents ?? defaultAgents);
  if (!agents.ok) return agents;
  const named = flags.name === undefined ? ok(undefined) : checkName(flags.name);
  if (!named.ok) return named;
  const folder = dirname(file);
  const workdir = workdirFor(flags.workdir ?? ".", folder, cwd, machine.home);
  if (!workdir.ok) return workdir;
  const { runtime, isStandIn } = runtimeFor(flags, programs);
  const reached = programs.reach(programIn(runtime.command));
  const path = reached && pathFor(reached, programs.unitPath);
  const others = programs.installed
    .filter(({ program }) => program !== runtime.name)
    .map((each) => otherRuntime(each, (path ?? programs.unitPath).split(":")));
  return ok({
    reached,
    starter: {
      schema: schemaFor(folder),
      name: flags.name ?? freeName(folder, takenNames(file, machine)),
      runtime,
      isStandIn,
      others,
      // Found paths have no placeholders, although a folder may be called {name}.
      workdir: protectPlaceholders(workdir.value),
      path: path && protectPlaceholders(path),
      agents: agents.value,
    },
  });
}

function runtimeFor(
  { command, runtime }: InitFlags,
  { installed: [first], reach }: Programs,
): { readonly runtime: StarterRuntime; readonly isStandIn: boolean } {
  if (command !== undefined)
    return { runtime: { name: nameFrom(programIn(command), "agent"), command }, isStandIn: false };
  if (runtime !== undefined && runtime !== "shell")
    return { runtime: starterRuntime(runtime), isStandIn: false };
  if (runtime === undefined && first !== undefined)
    return { runtime: starterRuntime(first.program), isStandIn: false };
  const shell = reach("bash") === undefined ? "sh" : "bash";
  return { runtime: { name: "shell", command: shell }, isStandIn: first === undefined };
}

function starterRuntime(program: string): StarterRuntime {
  return { name: program, command: lineOf(program) };
}

/** Returns a runtime for a comment, with the full path of a program that the PATH of the agents lacks. */
function otherRuntime(
  { program, path, missingFolders }: ReachedProgram,
  folders: readonly string[],
): StarterRuntime {
  const runtime = starterRuntime(program);
  if (missingFolders.every((folder) => folders.includes(folder))) return runtime;
  return {
    ...runtime,
    command: protectPlaceholders(shellWord(path)) + runtime.command.slice(program.length),
  };
}

/** Returns a folder of the caller as the file says it: a path that begins in the folder of the file. */
export function workdirFor(given: string, folder: string, cwd: string, home: string): Result<string> {
  const path = resolve(cwd, expandHome(given, home));
  const kind = kindOf(path);
  if (kind === "missing")
    return fail("bad-usage", `there is no folder ${given}`, { hint: `make it: mkdir -p ${path}` });
  if (kind === "not-a-directory")
    return fail("bad-usage", `${given} is not a folder`, {
      hint: "name the folder in which the agents work",
    });
  const inside = relative(folder, path);
  if (inside === "") return ok(".");
  if (!inside.startsWith("..") || (folder === cwd && !isAbsolute(given) && !given.startsWith("~")))
    return ok(inside);
  return ok(path === home || path.startsWith(`${home}/`) ? path.replace(home, () => "~") : path);
}
