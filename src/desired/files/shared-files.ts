import agentTemplate from "../../../units/mosaic-agent@.service";
import startScript from "../../../units/start-agent-session.sh";
import activityScript from "../../../units/mosaic-activity.sh";
import runtimeScript from "../../../units/mosaic-runtime.sh";
import worktreeScript from "../../../units/mosaic-worktree.sh";
import holderUnit from "../../../units/mosaic-tmux-holder.service";
import { renderRuntimeScript } from "../../runtimes/runtime-script.ts";
import { namedDigest } from "../../text/digests/known-digests.ts";
import { toolPaths, type Layout } from "../layout.ts";
import { markWithComment, markWithSection } from "../marks/file-mark.ts";
import type { DesiredFile } from "../types.ts";
import { version } from "../version.ts";
import type { UnitVariable } from "../env/script-variables.ts";

/** Holder, template and script of a fleet, and the digest by which a session names its origin. */
export interface SharedFiles {
  readonly files: readonly DesiredFile[];
  readonly unitsDigest: string;
}

/**
 * Renders the shared files of all agents from those in units/. These are for the fleet `mosaic` and work by
 * hand. `tmuxConfig` is the absolute path of the holder's tmux.conf, if it is not the user's own. `size` is
 * the size of a pane, and `host` the name of this host in a fleet with several. Neither is part of a digest, so another one
 * restarts nobody. Only agents with a preset or a worktree need more than the start script.
 */
export function renderSharedFiles(
  layout: Layout,
  tmuxConfig: string | undefined,
  size?: string,
  uses: { readonly presets?: boolean; readonly worktrees?: boolean; readonly host?: string | undefined } = {},
): SharedFiles {
  const mark = { fleet: layout.fleet };
  const template = forFleet(agentTemplate, layout);
  const unitsDigest = namedDigest(`units ${template}`, template + startScript, 8);
  const holder = withEnvironment(
    forFleet(holderUnit, layout),
    tmuxConfig === undefined ? {} : { MOSAIC_TMUX_CONFIG: tmuxConfig },
  );
  const files: readonly DesiredFile[] = [
    { role: "holder", path: layout.holderPath, mode: 0o644, content: markWithSection(holder, mark) },
    {
      role: "template",
      path: layout.templatePath,
      mode: 0o644,
      content: markWithSection(
        onlyDeclared(
          withEnvironment(template, {
            MOSAIC_AGENT_UNITS: unitsDigest,
            ...(size === undefined ? {} : { MOSAIC_TMUX_SIZE: size }),
            ...hostVariable(uses.host),
          }),
          layout,
        ),
        mark,
      ),
    },
    {
      role: "script",
      path: layout.scriptPath,
      mode: 0o755,
      content: markWithComment(startScript, { ...mark, version }, namedDigest("start script", startScript)),
    },
    ...(uses.presets === true ? presetFiles(layout) : []),
    ...(uses.worktrees === true
      ? [toolFile("worktree-script", toolPaths(layout).worktree, worktreeScript, layout)]
      : []),
  ];
  return { files, unitsDigest };
}

/** Returns the scripts for agents with a preset. */
function presetFiles(layout: Layout): readonly DesiredFile[] {
  const { activity, runtime } = toolPaths(layout);
  return [
    toolFile("activity-script", activity, activityScript, layout),
    toolFile("runtime-script", runtime, renderRuntimeScript(runtimeScript, layout.fleet), layout),
  ];
}

function toolFile(role: DesiredFile["role"], path: string, text: string, { fleet }: Layout): DesiredFile {
  return { role, path, mode: 0o755, content: markWithComment(text, { fleet }) };
}

/**
 * Replaces the tokens for the fleet's name; nothing else in units/ depends on it. All in one pass, because
 * the name of another fleet may contain such a token.
 */
export function forFleet(unit: string, { fleet, socket, recordsSpecifier }: Layout): string {
  const tokens: ReadonlyMap<string, string> = new Map([
    ["mosaic-tmux-holder", `${fleet}-tmux-holder`],
    ["mosaic-agent", `${fleet}-agent`],
    ["%E/mosaic/", `%E/${fleet}/`],
    ["mosaic-factory", socket],
    ["%h/.local/state/mosaic/fleet/agents", recordsSpecifier.replace(/["\\]/g, "\\$&")],
  ]);
  return unit.replace(new RegExp([...tokens.keys()].join("|"), "g"), (token) => tokens.get(token) ?? token);
}

/**
 * Returns a template that only starts agents with an env file. Without one, an agent is not the fleet's:
 * Wants= of another agent, or the next boot, would start it as an undeclared bare shell. Only an agent
 * started by hand from units/ may lack it.
 */
function onlyDeclared(template: string, { fleet }: Layout): string {
  return template.replace("[Unit]\n", `[Unit]\nConditionPathExists=%E/${fleet}/fleet/agents/%i.env\n`);
}

/** Returns the variable with the name of the host; none in a fleet for one machine. */
export function hostVariable(host: string | undefined): Partial<Record<UnitVariable, string>> {
  return host === undefined ? {} : { MOSAIC_AGENT_HOST: host };
}

/** Adds Environment= lines at the top of [Service], quoted as systemd.syntax(7) has it. */
export function withEnvironment(
  unit: string,
  variables: Readonly<Partial<Record<UnitVariable, string>>>,
): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    const escaped = value.replaceAll("%", "%%").replace(/["\\]/g, "\\$&");
    return `Environment="${name}=${escaped}"\n`;
  });
  return unit.replace("[Service]\n", () => `[Service]\n${lines.join("")}`);
}
