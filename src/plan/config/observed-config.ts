import { parseConfigMark, type ConfigMark } from "../../desired/marks/config-mark.ts";
import { isEdited } from "../../desired/marks/file-mark.ts";
import type { DesiredFile } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/** Returns the configuration of the running agent or, without a run, of its next start by the env file. */
export function observedConfig(view: AgentView): ConfigMark | undefined {
  if (view.pane?.config !== undefined && !view.pane.dead) return view.pane.config;
  const service = isUp(unitPhase(view.unit)) ? serviceConfig(view) : undefined;
  if (service !== undefined) return service;
  return nextConfig(view);
}

/** Returns the configuration of a service at its start; undefined if unknown. */
export function serviceConfig({ runtime }: Pick<AgentView, "runtime">): ConfigMark | undefined {
  return runtime?.config === undefined ? undefined : parseConfigMark(runtime.config);
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
  // The start script itself compares the env file of a service with its digest, and leaves the line empty.
  if (view.runtime?.config !== undefined) return serviceConfig(view);
  if (view.env?.kind === "file" && view.env.content !== wanted.content && isEdited(view.env.content)) {
    const started = view.runtime?.startedMs;
    if (started === undefined || started >= view.env.modifiedMs) return undefined;
  }
  return view.pane?.config;
}
