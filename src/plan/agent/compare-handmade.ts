import { environmentOf } from "../../desired/files/env-file-entries.ts";
import type { Layout } from "../../desired/layout.ts";
import { fieldOf } from "../../desired/marks/fields.ts";
import { normalizePath } from "../../text/paths.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * In which fields an agent that was made by hand differs from what is declared, sorted; empty where taking it over
 * changes nothing of what it runs with. What it runs with is what its env file says, unless that was written after the
 * start: then everything may differ.
 */
export function handmadeDifferences(
  desired: DesiredAgent,
  view: AgentView,
  layout: Layout,
): readonly string[] {
  const text = view.env?.kind === "file" ? view.env.content : "";
  const [found, wanted] = [environmentOf(text), environmentOf(desired.env.content)];
  const socket = found.get("MOSAIC_TMUX_SOCKET") ?? layout.socket;
  const fields = new Set(socket === layout.socket ? [] : ["tmux.socket"]);
  for (const variable of new Set([...found.keys(), ...wanted.keys()])) {
    if (variable === "MOSAIC_TMUX_SOCKET" || variable === "MOSAIC_AGENT_CONFIG") continue;
    if (effective(variable, found, desired) !== effective(variable, wanted, desired)) {
      fields.add(fieldOf(variable));
    }
  }
  if (envFilesOf(desired.dropIn?.content) !== envFilesOf(contentOf(view.dropIn))) fields.add("envFiles");
  if (unitPhase(view.unit) === "running") {
    if (desired.state === "stopped") fields.add("state");
    if (isYoungerThanRun(view)) fields.add("its env file was changed after its start");
  }
  return [...fields].sort();
}

/** What the start script makes of a variable that is not set. */
function effective(
  variable: string,
  variables: ReadonlyMap<string, string>,
  { home }: DesiredAgent,
): string | undefined {
  const value = variables.get(variable);
  if (variable === "MOSAIC_AGENT_WORKDIR") return normalizePath(value || home);
  if (value !== undefined && value !== "") return value;
  if (variable === "MOSAIC_AGENT_COMMAND") return variables.get("MOSAIC_AGENT_RUNTIME");
  return value;
}

function envFilesOf(dropIn: string | undefined): string {
  return (dropIn?.match(/^EnvironmentFile=.+$/gm) ?? [])
    .filter((line) => !line.endsWith("%i.env"))
    .join("\n");
}

function contentOf(file: AgentView["dropIn"]): string | undefined {
  return file?.kind === "file" ? file.content : undefined;
}

function isYoungerThanRun({ env, runtime }: AgentView): boolean {
  if (env?.kind !== "file") return false;
  return runtime?.startedMs === undefined || runtime.startedMs < env.modifiedMs;
}
