import { parseConfigMark, type ConfigMark } from "../../desired/marks/config-mark.ts";
import { isEdited } from "../../desired/marks/file-mark.ts";
import type { DesiredFile } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";

/** Returns the configuration of the running agent or, without a run, of its next start by the env file. */
export function observedConfig(view: AgentView): ConfigMark | undefined {
  if (view.pane?.config !== undefined && !view.pane.dead) return view.pane.config;
  return nextConfig(view);
}

/** Returns the configuration of the next start by the agent's env file. */
export function nextConfig(view: AgentView): ConfigMark | undefined {
  if (view.env?.kind !== "file") return undefined;
  const line = /^MOSAIC_AGENT_CONFIG="?([^"\n]*)"?$/m.exec(view.env.content);
  return line?.[1] === undefined ? undefined : parseConfigMark(line[1]);
}

/**
 * Returns the configuration of the live pane at its start, or undefined if unknown: without a mark, or with
 * an env file edited by hand before the start, which made its mark false. `wanted` is the declared env file.
 */
export function runningConfig(view: AgentView, wanted: DesiredFile): ConfigMark | undefined {
  if (view.env?.kind === "file" && view.env.content !== wanted.content && isEdited(view.env.content)) {
    const started = view.runtime?.startedMs;
    if (started === undefined || started >= view.env.modifiedMs) return undefined;
  }
  return view.pane?.config;
}
