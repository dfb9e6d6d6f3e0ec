import { renderEnvFile } from "../../desired/files/env-file.ts";
import { envFileEntries } from "../../desired/files/env-file-entries.ts";
import { envPath, type Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import type { FileEdit } from "../types.ts";
import { editOf } from "../file-edit.ts";
import type { Plan } from "../../plan/types.ts";

/** What an agent runs with, beside the env file that is written for its next start. */
export interface RunningEdit {
  readonly agent: string;
  readonly edit: FileEdit;
}

/** Returns the environment that an agent's command was started with; undefined if it does not run or cannot be read. */
export type EnvironmentOf = (agent: string) => ReadonlyMap<string, string> | undefined;

/**
 * Returns what differs between running agents and their env files, if the files are written already and the agents wait
 * for a restart. The plan has no diff of these files. A variable that is gone from the file is not found: nothing but the
 * file says which variables of a process are the fleet's. No secret is readable.
 */
export function runningEdits(
  { agents, actions }: Plan,
  { files }: Observed,
  layout: Layout,
  environmentOf: EnvironmentOf,
): readonly RunningEdit[] {
  const written = new Set(actions.filter(({ kind }) => kind === "write-file").map(({ target }) => target));
  return agents.flatMap(({ name, action }) => {
    const path = envPath(layout, name);
    const file = files.get(path);
    if ((action !== "pending" && action !== "restart") || written.has(path) || file?.kind !== "file")
      return [];
    const running = environmentOf(name);
    if (running === undefined) return [];
    const before = asRunning(file.content, running);
    return before === file.content ? [] : [{ agent: name, edit: editOf(path, "env", before, file.content) }];
  });
}

/** The env file with the values that are running; variables that the start script keeps from the command stay. */
function asRunning(content: string, running: ReadonlyMap<string, string>): string {
  return envFileEntries(content)
    .map(({ raw, name, value }) => {
      if (name === undefined || kept.has(name)) return `${raw}\n`;
      const now = running.get(name);
      if (now === undefined) return "";
      return now === value ? `${raw}\n` : renderEnvFile(new Map([[name, now]]));
    })
    .join("");
}

/** load_environment of the start script unsets these. */
const kept: ReadonlySet<string> = new Set([
  "MOSAIC_AGENT_CONFIG",
  "MOSAIC_AGENT_UNITS",
  "MOSAIC_TMUX_HOLDER",
]);
