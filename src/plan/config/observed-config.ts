import { parseConfigMark, type ConfigMark } from "../../desired/marks/config-mark.ts";
import { isEdited } from "../../desired/marks/file-mark.ts";
import type { DesiredFile } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";

/** What the agent runs with or, while it does not run, what its env file would start it with. */
export function observedConfig(view: AgentView): ConfigMark | undefined {
  if (view.pane?.config !== undefined && !view.pane.dead) return view.pane.config;
  return nextConfig(view);
}

/** What the agent's env file would start it with. */
export function nextConfig(view: AgentView): ConfigMark | undefined {
  if (view.env?.kind !== "file") return undefined;
  const line = /^MOSAIC_AGENT_CONFIG="?([^"\n]*)"?$/m.exec(view.env.content);
  return line?.[1] === undefined ? undefined : parseConfigMark(line[1]);
}

/**
 * What the live pane was started with, or undefined where that cannot be told: no mark, or the env file was edited
 * by hand before the start, so that the mark in it was no longer true. `wanted` is the env file as declared.
 */
export function runningConfig(view: AgentView, wanted: DesiredFile): ConfigMark | undefined {
  if (view.env?.kind === "file" && view.env.content !== wanted.content && isEdited(view.env.content)) {
    const started = view.runtime?.startedMs;
    if (started === undefined || started >= view.env.modifiedMs) return undefined;
  }
  return view.pane?.config;
}
