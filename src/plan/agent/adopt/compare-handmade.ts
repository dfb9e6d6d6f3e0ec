import { environmentOf } from "../../../desired/env/env-file-entries.ts";
import type { Layout } from "../../../desired/layout.ts";
import { logVariable } from "../../../desired/log-setting.ts";
import { windowsVariable } from "../../../desired/windows/windows.ts";
import { fieldOf } from "../../../desired/marks/fields.ts";
import { normalizePath } from "../../../text/paths.ts";
import type { DesiredAgent } from "../../../desired/types.ts";
import type { AgentView } from "../../view/agent-view.ts";
import { unitPhase } from "../../view/unit-phase.ts";

/** The differences between an agent made by hand and its declaration. */
interface HandmadeDifferences {
  /** Sorted; empty if an adoption changes nothing of what the agent runs with. */
  readonly fields: readonly string[];
  /** True if its env file was written after the start: then everything may differ. */
  readonly isFileNewer: boolean;
}

/**
 * Returns the fields in which an agent made by hand differs from its declaration. It runs with the values in its env
 * file, unless the file was written after the start.
 */
export function handmadeDifferences(
  desired: DesiredAgent,
  view: AgentView,
  layout: Layout,
): HandmadeDifferences {
  const text = view.env?.kind === "file" ? view.env.content : "";
  const [found, wanted] = [environmentOf(text), environmentOf(desired.env.content)];
  const socket = found.get("MOSAIC_TMUX_SOCKET") ?? layout.socket;
  const fields = new Set(socket === layout.socket ? [] : ["tmux.socket"]);
  for (const variable of new Set([...found.keys(), ...wanted.keys()])) {
    if (unheeded.has(variable)) continue;
    if (effective(variable, found, desired) !== effective(variable, wanted, desired)) {
      fields.add(fieldOf(variable));
    }
  }
  if (envFilesIn(desired.dropIn?.content) !== envFilesIn(contentOf(view.dropIn))) fields.add("envFiles");
  const isRunning = unitPhase(view.unit) === "running";
  if (isRunning && desired.state === "stopped") fields.add("state");
  return { fields: [...fields].sort(), isFileNewer: isRunning && isYoungerThanRun(view) };
}

/** The socket is the fleet's, and the others are no part of what the agent runs with. */
const unheeded: ReadonlySet<string> = new Set([
  "MOSAIC_TMUX_SOCKET",
  "MOSAIC_AGENT_CONFIG",
  logVariable,
  windowsVariable,
]);

/** Returns the start script's default for an unset variable. */
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

function envFilesIn(dropIn: string | undefined): string {
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
