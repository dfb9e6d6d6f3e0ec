import { envFileEntries } from "../../desired/env/env-file-entries.ts";
import { envPath, type Layout } from "../../desired/layout.ts";
import { isHiddenFromAgent } from "../../desired/env/script-variables.ts";
import type { Observed } from "../../observed/types.ts";
import type { Plan } from "../../plan/types.ts";
import { editOf } from "../file-edit.ts";
import type { FileLine } from "../types.ts";
import { asRunning, type EnvironmentOf } from "./running-edits.ts";

/** A running value of an agent, and another one for its next start. No secret is readable. */
export interface WaitingValue {
  /** The field of fleet.yaml, such as `command` and `env.MODEL`. */
  readonly field: string;
  /** Undefined if the running agent does not have it. */
  readonly running: string | undefined;
  /** Undefined if the next start will not have it. */
  readonly next: string | undefined;
}

/** Returns the waiting values of each agent whose change needs a restart, by agent. */
export function waitingValues(
  { agents, actions }: Plan,
  { files }: Observed,
  layout: Layout,
  environmentOf: EnvironmentOf,
): ReadonlyMap<string, readonly WaitingValue[]> {
  const written = new Map(
    actions.flatMap((action) => (action.kind === "write-file" ? [[action.target, action.content]] : [])),
  );
  const values = new Map<string, readonly WaitingValue[]>();
  for (const { name, action } of agents) {
    const path = envPath(layout, name);
    const file = files.get(path);
    if ((action !== "pending" && action !== "restart") || file?.kind !== "file") continue;
    const running = environmentOf(name);
    if (running === undefined) continue;
    const { found, wanted } = editOf(
      path,
      "env",
      asRunning(file.content, running),
      written.get(path) ?? file.content,
    );
    const changed = changedValues(linesByName(found), linesByName(wanted));
    if (changed.length > 0) values.set(name, changed);
  }
  return values;
}

type LinesByVariable = ReadonlyMap<string, FileLine>;

function linesByName(lines: readonly FileLine[]): LinesByVariable {
  return new Map(
    lines.flatMap((line) => {
      const name = /^(?<name>\w+)=/.exec(line.shown)?.groups?.["name"];
      return name === undefined || isHiddenFromAgent(name) ? [] : [[name, line] as const];
    }),
  );
}

function changedValues(found: LinesByVariable, wanted: LinesByVariable): readonly WaitingValue[] {
  const names = [...new Set([...found.keys(), ...wanted.keys()])];
  return names
    .filter((name) => found.get(name)?.key !== wanted.get(name)?.key)
    .map((name) => ({
      field: fieldsByVariable.get(name) ?? `env.${name}`,
      running: valueInLine(found.get(name)),
      next: valueInLine(wanted.get(name)),
    }));
}

function valueInLine(line: FileLine | undefined): string | undefined {
  return line === undefined ? undefined : envFileEntries(line.shown)[0]?.value;
}

/** The fields of fleet.yaml that reach the agent by variables of the start script. */
const fieldsByVariable: ReadonlyMap<string, string> = new Map([
  ["MOSAIC_AGENT_COMMAND", "command"],
  ["MOSAIC_AGENT_RUNTIME", "runtime"],
  ["MOSAIC_AGENT_WORKDIR", "workdir"],
]);
