import type { AgentConfig } from "../../config/types.ts";
import type { Machine } from "../../machine/machine.ts";
import { configMark, variableFields, type ConfigMark } from "./config-mark.ts";
import type { Inputs } from "../inputs.ts";
import { expandHome, spelledPath } from "../../text/paths.ts";

/**
 * Returns the configurations of earlier versions, so an upgrade leaves every agent unchanged: with the bytes
 * of each envFile and its path, and paths in their own spelling in fleet.yaml and in $HOME. Undefined if
 * there is no difference from `config`.
 */
export function formerConfigs(
  config: ConfigMark,
  { workdir = "~", envFiles = [] }: AgentConfig,
  variables: ReadonlyMap<string, string>,
  { home, homeAsSpelled = home }: Machine,
  inputs: Inputs,
): readonly ConfigMark[] | undefined {
  const spellings = [
    (path: string) => expandHome(path, home),
    (path: string) => spelledPath(path, home),
    (path: string) => spelledPath(path, homeAsSpelled),
  ];
  const former = new Map<string, ConfigMark>();
  const tried = new Set<string>();
  for (const spell of spellings) {
    const paths = [workdir, ...envFiles].map(spell);
    const key = paths.join("\n");
    const isAsNow = envFiles.length === 0 && paths[0] === variables.get("MOSAIC_AGENT_WORKDIR");
    if (tried.has(key) || isAsNow) continue;
    tried.add(key);
    const fields = variableFields(new Map([...variables, ["MOSAIC_AGENT_WORKDIR", paths[0] ?? ""]]));
    if (envFiles.length > 0) {
      const contents = envFiles.map((path) => [spell(path), inputs.envFiles.get(expandHome(path, home))]);
      fields.set("envFiles", JSON.stringify(contents));
    }
    const mark = configMark(config.fleet, fields);
    if (mark.hash !== config.hash) former.set(mark.hash, mark);
  }
  return former.size === 0 ? undefined : [...former.values()];
}
