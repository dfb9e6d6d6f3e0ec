import { renderEnvFile } from "../../desired/env/env-file.ts";
import { envFileEntries } from "../../desired/env/env-file-entries.ts";
import { envPath, type Layout } from "../../desired/layout.ts";
import { isHiddenFromAgent } from "../../desired/env/script-variables.ts";
import type { Observed } from "../../observed/types.ts";
import type { FileEdit } from "../types.ts";
import { editOf } from "../file-edit.ts";
import type { Plan } from "../../plan/types.ts";

/** The configuration of an agent's run, next to the env file for its next start. */
export interface RunningEdit {
  readonly agent: string;
  readonly edit: FileEdit;
}

/**
 * A function that returns the environment of an agent's command at its start; undefined if it does not run or
 * cannot be read.
 */
export type EnvironmentOf = (agent: string) => ReadonlyMap<string, string> | undefined;

/**
 * Returns the differences between running agents and their env files, if the files are written already and
 * the agents wait for a restart. The plan has no diff of these files. Misses a variable removed from the
 * file: only the file reveals which variables of a process are the fleet's. No secret is readable.
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

/**
 * Returns the env file with the running values; variables the start script keeps from the command stay.
 */
export function asRunning(content: string, running: ReadonlyMap<string, string>): string {
  return envFileEntries(content)
    .map(({ raw, name, value }) => {
      if (name === undefined || isHiddenFromAgent(name)) return `${raw}\n`;
      const now = running.get(name);
      if (now === undefined) return "";
      return now === value ? `${raw}\n` : renderEnvFile(new Map([[name, now]]));
    })
    .join("");
}
