import { replicaNumbers } from "../schema/replicas.ts";
import type { PresetName } from "../../runtimes/preset-names.ts";
import { presets } from "../../runtimes/presets.ts";
import { programOf } from "../../runtimes/program.ts";
import type { AgentConfig, FleetConfig } from "../types.ts";
import { sliceFor } from "../hosts/slice.ts";
import { declaredWorktree } from "../entries/worktree.ts";

/** Agents that may continue each other's conversation: each takes the last one of their common folder. */
export interface SharedConversation {
  readonly program: PresetName;
  /** As written in fleet.yaml. */
  readonly workdir: string;
  /** Entries of fleet.yaml, in their order. One with replicas is there alone. */
  readonly entries: readonly string[];
}

/** Words that continue the last conversation of a folder. */
const lastOfFolder = /(?:^|\s)(?:--continue|-c|resume --last|--resume(?: latest)?\s*(?:$|[|&;]))/;

/** Returns groups of agents that continue the last conversation of the same folder. Pure. */
export function sharedConversations(config: FleetConfig): readonly SharedConversation[] {
  if (config.hosts !== undefined) return onAnyHost(config, Object.keys(config.hosts));
  const groups = new Map<
    string,
    { program: PresetName; workdir: string; entries: string[]; agents: number }
  >();
  for (const [name, entry] of Object.entries(config.agents)) {
    if (entry.service === true || declaredWorktree(entry, config.defaults) !== undefined) continue;
    const program = programWithLast(entry, config);
    const workdir = entry.workdir ?? config.defaults.workdir ?? "~";
    if (program === undefined || workdir.includes("{")) continue;
    const key = `${program} ${workdir}`;
    const group = groups.get(key) ?? { program, workdir, entries: [], agents: 0 };
    group.entries.push(name);
    group.agents += replicaNumbers(entry.replicas).length;
    groups.set(key, group);
  }
  return [...groups.values()].filter(({ agents }) => agents > 1);
}

/** Returns the program of an agent that continues the last conversation of its folder. */
function programWithLast(entry: AgentConfig, { runtimes, defaults }: FleetConfig): PresetName | undefined {
  const named = entry.runtime ?? defaults.runtime;
  const runtime = named !== undefined && Object.hasOwn(runtimes, named) ? runtimes[named] : undefined;
  const program = programOf(runtime, entry.command)?.preset;
  if (program === undefined) return undefined;
  const isPreset = entry.command === undefined && runtime?.preset !== undefined;
  const written = entry.command ?? (isPreset ? runtime?.written : runtime?.command);
  const line = typeof written === "string" ? written : (written?.join(" ") ?? "");
  const resume = isPreset ? runtime?.resume : undefined;
  const hasNoId = presets[program].conversation?.own === "told" && (runtime?.activity ?? "hooks") !== "hooks";
  const isByPreset = isPreset && resume === undefined && hasNoId;
  return isByPreset || lastOfFolder.test(`${line} ${resume === undefined || resume === false ? "" : resume}`)
    ? program
    : undefined;
}

/** Returns the shared ones of each machine, each once: conversations of two machines are two. */
function onAnyHost(config: FleetConfig, hosts: readonly string[]): readonly SharedConversation[] {
  const found = hosts.flatMap((host) => sharedConversations(sliceFor(config, host)));
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}
