import { agentOfTimer, agentOfUnit, dropInName, timersDir, type Layout } from "../../desired/layout.ts";
import { completionSuffix } from "../../desired/marks/completion.ts";
import { suspensionSuffix } from "../../desired/marks/suspension.ts";
import type { Observed, ObservedFile } from "../../observed/types.ts";

/** The files of one agent. */
export interface AgentFiles {
  readonly env: ObservedFile | undefined;
  readonly suspension: ObservedFile | undefined;
  readonly completion: ObservedFile | undefined;
  readonly dropIn: ObservedFile | undefined;
  readonly link: ObservedFile | undefined;
  readonly unitFile: ObservedFile | undefined;
  readonly timerFile: ObservedFile | undefined;
  readonly timerLink: ObservedFile | undefined;
}

type Role = keyof AgentFiles;

/** Returns the files of an agent without any. Names each field, because a spread takes several times as long. */
export function noFiles(): { -readonly [Each in Role]: AgentFiles[Each] } {
  return {
    env: undefined,
    suspension: undefined,
    completion: undefined,
    dropIn: undefined,
    link: undefined,
    unitFile: undefined,
    timerFile: undefined,
    timerLink: undefined,
  };
}

/**
 * Returns the files of each agent that has any, by agent. Goes through all files once: a search for each file of each of a
 * thousand agents takes several times as long.
 */
export function filesByAgent(
  { files }: Pick<Observed, "files">,
  layout: Layout,
): ReadonlyMap<string, AgentFiles> {
  const placeOf = placesOf(layout);
  const byAgent = new Map<string, ReturnType<typeof noFiles>>();
  for (const [path, file] of files) {
    const { agent, role } = placeOf(path) ?? nowhere;
    if (agent === undefined) continue;
    const known = byAgent.get(agent) ?? noFiles();
    known[role] = file;
    byAgent.set(agent, known);
  }
  return byAgent;
}

interface OwnedFile {
  readonly agent: string | undefined;
  readonly role: Role;
}

const nowhere: OwnedFile = { agent: undefined, role: "env" };

/** Returns a function from a path of the fleet's to the agent of the file; undefined for a shared file. */
function placesOf(layout: Layout): (path: string) => OwnedFile | undefined {
  const [env, wants, units] = [`${layout.envDir}/`, `${layout.wantsDir}/`, `${layout.unitDir}/`];
  const timers = `${timersDir(layout)}/`;
  const dropIn = `.d/${dropInName}`;
  return (path) => {
    if (path.startsWith(env)) return inEnvDir(path.slice(env.length));
    if (path.startsWith(wants)) return { agent: agentOfUnit(layout, path.slice(wants.length)), role: "link" };
    if (path.startsWith(timers))
      return { agent: agentOfTimer(layout, path.slice(timers.length)), role: "timerLink" };
    if (!path.startsWith(units)) return undefined;
    const unit = path.slice(units.length);
    if (unit.endsWith(".timer")) return { agent: agentOfTimer(layout, unit), role: "timerFile" };
    return unit.endsWith(dropIn)
      ? { agent: agentOfUnit(layout, unit.slice(0, -dropIn.length)), role: "dropIn" }
      : { agent: agentOfUnit(layout, unit), role: "unitFile" };
  };
}

function inEnvDir(file: string): OwnedFile | undefined {
  for (const [suffix, role] of fileSuffixes) {
    if (file.endsWith(suffix)) return { agent: file.slice(0, -suffix.length) || undefined, role };
  }
  return undefined;
}

const fileSuffixes: readonly (readonly [suffix: string, role: Role])[] = [
  [".env", "env"],
  [suspensionSuffix, "suspension"],
  [completionSuffix, "completion"],
];
