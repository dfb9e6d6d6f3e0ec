import type { ResourcesConfig, RestartConfig } from "../../config/types.ts";
import { completionSuffix, isJob } from "../marks/completion.ts";
import type { Layout } from "../layout.ts";

/** What one agent's drop-in may say beyond the template. Undefined means: as in the template. */
export interface DropInSettings {
  readonly description?: string | undefined;
  /** Units to be started before this one. */
  readonly after: readonly string[];
  /** Units that starting this one also starts. */
  readonly wants: readonly string[];
  /** Absolute paths, read before the agent's own env file, which wins. */
  readonly envFiles: readonly string[];
  readonly restart: RestartConfig;
  /** ms */
  readonly stopTimeout?: number | undefined;
  readonly resources: ResourcesConfig;
}

type Directive = readonly [name: string, value: string | number | undefined];

/** The drop-in's text without its mark, or undefined where the template says it all. */
export function renderDropIn(settings: DropInSettings, layout: Layout): string | undefined {
  const unit = section("Unit", unitDirectives(settings, layout));
  const service = section("Service", serviceDirectives(settings, layout));
  const text = unit + service;
  return text === "" ? undefined : text;
}

function unitDirectives(settings: DropInSettings, layout: Layout): readonly Directive[] {
  const { description, after, wants, restart } = settings;
  return [
    ["Description", description === undefined ? undefined : endLine(escapeSpecifiers(description))],
    ["After", after.length > 0 ? after.join(" ") : undefined],
    ["Wants", wants.length > 0 ? wants.join(" ") : undefined],
    ["StartLimitBurst", restart.limit],
    ["StartLimitIntervalSec", seconds(restart.window)],
    ["ConditionPathExists", isJob(restart.policy) ? `!${completionFile(layout)}` : undefined],
  ];
}

function serviceDirectives(settings: DropInSettings, layout: Layout): readonly Directive[] {
  const { restart, resources, stopTimeout } = settings;
  return [
    ...envFileDirectives(settings.envFiles, layout),
    [
      "Environment",
      isJob(restart.policy) ? `"MOSAIC_AGENT_COMPLETION=${completionFile(layout)}"` : undefined,
    ],
    ["Restart", restart.policy === "until-success" ? "on-failure" : restart.policy],
    ["RestartSec", seconds(restart.delay)],
    ["TimeoutStopSec", seconds(stopTimeout)],
    ["MemoryMax", resources.memoryMax],
    ["MemoryHigh", resources.memoryHigh],
    ["CPUQuota", resources.cpuQuota],
    ["CPUWeight", resources.cpuWeight],
    ["TasksMax", resources.tasksMax],
  ];
}

/** Where a job's unit, and the start script, find that its work is done. */
function completionFile({ fleet }: Layout): string {
  return `%E/${fleet}/fleet/agents/%i${completionSuffix}`;
}

/** A later file wins: the list is emptied first, so that the agent's own file can come last. */
function envFileDirectives(paths: readonly string[], layout: Layout): readonly Directive[] {
  if (paths.length === 0) return [];
  return [
    ["EnvironmentFile", ""],
    ...paths.map((path): Directive => ["EnvironmentFile", escapeGlob(escapeSpecifiers(path))]),
    ["EnvironmentFile", `-%E/${layout.fleet}/fleet/agents/%i.env`],
  ];
}

function section(name: string, directives: readonly Directive[]): string {
  const lines = directives
    .filter(([, value]) => value !== undefined)
    .map(([directive, value]) => `${directive}=${value}\n`);
  return lines.length === 0 ? "" : `[${name}]\n${lines.join("")}`;
}

function seconds(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** `%` begins a specifier in most directives (systemd.unit(5)), but not in resource limits: CPUQuota=20% is meant so. */
function escapeSpecifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

/** A backslash at its end continues a line with the next one; blanks at its end are dropped (systemd.syntax(7)). */
function endLine(text: string): string {
  return text.endsWith("\\") ? `${text} ` : text;
}

/**
 * EnvironmentFile= takes a glob(7) pattern and no quotes (systemd.exec(5)). A blank at its end would be dropped, and also
 * one behind a backslash (systemd.syntax(7)).
 */
function escapeGlob(path: string): string {
  return path.replace(/[*?[\]\\]/g, "\\$&").replace(/ $/, "[ ]");
}
