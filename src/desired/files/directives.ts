import type { AgentConfig } from "../../config/types.ts";
import type { Layout } from "../layout.ts";
import { completionFile, isCompletable } from "../marks/completion.ts";
import type { KeysIn } from "../marks/fields.ts";
import { startLimit } from "../schedule/start-limit.ts";
import type { Preset } from "../../runtimes/preset.ts";
import { limitRows, rowPattern } from "../../runtimes/row-pattern.ts";
import {
  furtherStartMs,
  furtherStopMs,
  hookTimeMs,
  readyTimeMs,
  stopTimes,
  wholeStopMs,
  worktreeTimeMs,
} from "../stop-timeout.ts";
import { formatPaces, type Pace } from "../pace.ts";
import { commandLine, hookLine } from "./command-line.ts";
import { endLine, escapeGlob, escapeSpecifiers, seconds, worktreeText } from "./directive-values.ts";
import { isForUnit, questionPattern, readyRow, stopTextOf } from "./program-values.ts";

/** The deviations of one agent's drop-in from the template. */
export interface DropInSettings {
  /** The entry with the defaults. An undefined key means: as in the template. */
  readonly agent: AgentConfig;
  /** Units to be started before this one. */
  readonly after: readonly string[];
  /** Units started together with this one. */
  readonly wants: readonly string[];
  /** Names of the jobs that must be completed before. */
  readonly awaits: readonly string[];
  /** Names of the agents to start once this job is completed. */
  readonly awaitedBy: readonly string[];
  /** Absolute paths, read before the agent's own env file, whose values win. */
  readonly envFiles: readonly string[];
  /** The groups in which it waits for its turn to start. */
  readonly paces: readonly Pace[];
  /** The facts about its program, if that is a known one. */
  readonly preset?: Preset | undefined;
}

/** The controllers of the kernel for limits (systemd.resource-control(5)), and for the figures of status. */
export const controllers = ["memory", "cpu", "pids"] as const;

/** A controller of the kernel. */
export type Controller = (typeof controllers)[number];

/** A directive of systemd in a drop-in of the fleet. */
export interface Directive {
  readonly section: "Unit" | "Service";
  readonly name: string;
  /** The variable that an `Environment` sets. */
  readonly variable?: string;
  /** True if the value is a number, size, time or word of systemd: it cannot carry a secret and may be shown. */
  readonly isPlain: boolean;
  /** The controller that gives a limit its effect. */
  readonly controller?: Controller;
  /** The value, or several for a list. None leaves the directive out. */
  readonly values: (settings: DropInSettings, layout: Layout) => Value | readonly string[];
}

type Value = string | number | undefined;
type Read = (agent: AgentConfig) => Value;

/** The keys of the drop-in, with each key of a map on its own: `restart.delay`. */
type Field = {
  [Key in KeysIn<"drop-in">]: NonNullable<AgentConfig[Key]> extends string | number | readonly unknown[]
    ? Key
    : `${Key}.${Exclude<keyof NonNullable<AgentConfig[Key]> & string, "onWaiting">}`; // which the watch runs
}[KeysIn<"drop-in">];

/** The directives of each field, in the order of the drop-in. A field without any does not compile. */
const directivesOf: Readonly<Record<Field, readonly Directive[]>> = {
  description: [
    text("Unit", "Description", ({ agent: { description } }) =>
      description === undefined ? undefined : endLine(escapeSpecifiers(description)),
    ),
  ],
  dependsOn: [
    text("Unit", "After", ({ after }) => (after.length > 0 ? after.join(" ") : undefined)),
    text("Unit", "Wants", ({ wants }) => (wants.length > 0 ? wants.join(" ") : undefined)),
    // Not ConditionPathExists=, the condition of a job itself: a directive belongs to one field.
    text("Unit", "ConditionFileNotEmpty", ({ awaits }, layout) =>
      awaits.map((name) => completionFile(layout, name)),
    ),
    variable("MOSAIC_AGENT_THEN", ({ awaitedBy }) => awaitedBy.join(" ") || undefined),
  ],
  "restart.limit": [plain("Unit", "StartLimitBurst", startLimit)],
  "restart.window": [plain("Unit", "StartLimitIntervalSec", ({ restart }) => seconds(restart?.window))],
  envFiles: [text("Service", "EnvironmentFile", envFileValues)],
  run: [
    text("Unit", "ConditionPathExists", ({ agent }, layout) =>
      isCompletable(agent) ? `!${completionFile(layout)}` : undefined,
    ),
    text("Service", "Environment", ({ agent }, layout) =>
      isCompletable(agent) ? `"MOSAIC_AGENT_COMPLETION=${completionFile(layout)}"` : undefined,
    ),
  ],
  "restart.policy": [
    plain("Service", "Restart", ({ restart }) =>
      restart?.policy === "until-success" ? "on-failure" : restart?.policy,
    ),
  ],
  "restart.delay": [plain("Service", "RestartSec", ({ restart }) => seconds(restart?.delay))],
  stopTimeout: [
    plain("Service", "TimeoutStopSec", (agent) =>
      agent.stopTimeout === undefined && furtherStopMs(stopTimes(agent)) === 0
        ? undefined
        : seconds(wholeStopMs(stopTimes(agent))),
    ),
  ],
  "ready.exec": [
    variable("MOSAIC_AGENT_READY_EXEC", ({ agent: { ready } }) =>
      ready?.exec === undefined ? undefined : commandLine(ready.exec),
    ),
  ],
  "ready.notify": [
    plain("Service", "Type", ({ ready }) => (ready?.notify === true ? "notify" : undefined)),
    plain("Service", "NotifyAccess", ({ ready }) => (ready?.notify === true ? "all" : undefined)),
  ],
  "ready.output": [variable("MOSAIC_AGENT_READY_OUTPUT", ({ agent: { ready } }) => ready?.output)],
  "ready.title": [variable("MOSAIC_AGENT_READY_TITLE", ({ agent: { ready } }) => ready?.title)],
  "ready.activity": [
    variable("MOSAIC_AGENT_READY_ACTIVITY", ({ agent: { ready } }) => ready?.activity),
    variable("MOSAIC_AGENT_READY_ROW", ({ agent: { ready }, preset }) => readyRow(ready?.activity, preset)),
  ],
  "ready.timeout": [
    text("Service", "ExecStartPost", ({ agent: { ready, hooks } }, layout) =>
      (ready === undefined || ready.notify === true) && hooks?.postStart === undefined
        ? undefined
        : scriptCall("--after-start", layout),
    ),
    { ...text("Service", "TimeoutStartSec", startTimeout), isPlain: true },
    variable("MOSAIC_AGENT_READY_TIMEOUT", ({ agent }) => readyTimeMs(agent)),
  ],
  "ready.onTimeout": [
    variable("MOSAIC_AGENT_READY_FAILS", ({ agent: { ready } }) =>
      ready?.onTimeout === "fail" ? 1 : undefined,
    ),
  ],
  "stop.send": [variable("MOSAIC_AGENT_STOP_SEND", ({ agent, preset }) => stopTextOf(agent, preset))],
  "stop.keys": [variable("MOSAIC_AGENT_STOP_KEYS", ({ agent: { stop } }) => stop?.keys?.join(" "))],
  "stop.timeout": [
    text("Service", "ExecStop", ({ agent }, layout) =>
      stopTimes(agent).askMs === undefined ? undefined : `-${scriptCall("--before-stop", layout)}`,
    ),
    variable("MOSAIC_AGENT_STOP_TIMEOUT", ({ agent }) => stopTimes(agent).askMs),
    variable("MOSAIC_AGENT_STOP_EXTRA", ({ agent }) => furtherStopMs(stopTimes(agent)) || undefined),
    variable("MOSAIC_AGENT_ENTER_DELAY", ({ agent, preset }) =>
      agent.stop === undefined || preset === undefined ? undefined : preset.enterDelayMs / 1000,
    ),
    variable("MOSAIC_AGENT_INTERRUPT", ({ agent, preset }) =>
      agent.stop === undefined ? undefined : preset?.interrupt.join(" "),
    ),
    variable("MOSAIC_AGENT_BUSY_ROW", ({ agent, preset }) =>
      (agent.stop === undefined && agent.ready?.activity === undefined) || preset?.screen.busy === undefined
        ? undefined
        : rowPattern([preset.screen.busy]),
    ),
    variable("MOSAIC_AGENT_ASKING_ROW", ({ agent, preset }) =>
      agent.stop === undefined && agent.ready === undefined ? undefined : questionPattern(preset),
    ),
  ],
  "worktree.repo": [
    // Before the hooks, which run in the worktree.
    text("Service", "ExecStartPre", ({ agent: { worktree } }, layout) =>
      worktree === undefined ? undefined : scriptCall("--make-worktree", layout),
    ),
    variable("MOSAIC_AGENT_WORKTREE_REPO", ({ agent }) => worktreeText(agent, "repo")),
  ],
  "worktree.branch": [variable("MOSAIC_AGENT_WORKTREE_BRANCH", ({ agent }) => worktreeText(agent, "branch"))],
  "worktree.from": [variable("MOSAIC_AGENT_WORKTREE_FROM", ({ agent }) => worktreeText(agent, "from"))],
  "worktree.path": [variable("MOSAIC_AGENT_WORKTREE_PATH", ({ agent }) => worktreeText(agent, "path"))],
  "worktree.workdir": [], // the workdir in the env file
  "worktree.copy": [variable("MOSAIC_AGENT_WORKTREE_COPY", ({ agent }) => worktreeText(agent, "copy"))],
  "worktree.link": [variable("MOSAIC_AGENT_WORKTREE_LINK", ({ agent }) => worktreeText(agent, "link"))],
  "worktree.setup": [
    variable("MOSAIC_AGENT_WORKTREE_SETUP", ({ agent: { worktree } }) =>
      worktree?.setup === undefined ? undefined : hookLine(worktree.setup),
    ),
  ],
  "worktree.fetch": [
    variable("MOSAIC_AGENT_WORKTREE_FETCH", ({ agent: { worktree } }) =>
      worktree?.fetch === true ? 1 : undefined,
    ),
  ],
  "worktree.timeout": [variable("MOSAIC_AGENT_WORKTREE_TIMEOUT", ({ agent }) => worktreeTimeMs(agent))],
  "hooks.preStart": [
    text("Service", "ExecStartPre", ({ agent: { hooks } }, layout) =>
      hooks?.preStart === undefined ? undefined : scriptCall("--before-start", layout),
    ),
    hookVariable("MOSAIC_AGENT_HOOK_PRE_START", "preStart"),
  ],
  "hooks.postStart": [hookVariable("MOSAIC_AGENT_HOOK_POST_START", "postStart")],
  "hooks.preStop": [hookVariable("MOSAIC_AGENT_HOOK_PRE_STOP", "preStop")],
  "hooks.onFailure": [
    text("Service", "ExecStopPost", ({ agent: { hooks } }, layout) =>
      hooks?.onFailure === undefined ? undefined : `-${scriptCall("--after-failure", layout)}`,
    ),
    hookVariable("MOSAIC_AGENT_HOOK_ON_FAILURE", "onFailure"),
  ],
  "hooks.timeout": [
    variable("MOSAIC_AGENT_HOOK_TIMEOUT", ({ agent: { hooks } }) =>
      isForUnit(hooks) ? hookTimeMs(hooks) : undefined,
    ),
  ],
  "resources.memoryMax": [limit("MemoryMax", "memory", ({ resources }) => resources?.memoryMax)],
  "resources.memoryHigh": [limit("MemoryHigh", "memory", ({ resources }) => resources?.memoryHigh)],
  "resources.cpuQuota": [limit("CPUQuota", "cpu", ({ resources }) => resources?.cpuQuota)],
  "resources.cpuWeight": [limit("CPUWeight", "cpu", ({ resources }) => resources?.cpuWeight)],
  "resources.tasksMax": [limit("TasksMax", "pids", ({ resources }) => resources?.tasksMax)],
};

/** The directives of `start`, which is a key of the fleet and of runtimes. Its step is the first one of a start. */
const directivesOfStart: readonly Directive[] = [
  text("Service", "ExecStartPre", ({ paces }, layout) =>
    paces.length === 0 ? undefined : scriptCall("--await-turn", layout),
  ),
  text("Service", "ExecStopPost", ({ paces }, layout) =>
    paces.length === 0 ? undefined : `-${scriptCall("--after-run", layout)}`,
  ),
  variable("MOSAIC_AGENT_START", ({ paces }) => (paces.length === 0 ? undefined : formatPaces(paces))),
  variable("MOSAIC_AGENT_LIMIT_ROWS", ({ paces, preset }) =>
    paces.length === 0 || preset === undefined ? undefined : limitRows(preset.screen) || undefined,
  ),
];

/** All directives of the fleet's drop-ins, in their order. */
export const directives: readonly Directive[] = [...directivesOfStart, ...Object.values(directivesOf).flat()];

const fields: ReadonlyMap<string, string> = new Map(
  [...Object.entries(directivesOf), ["start", directivesOfStart] as const].flatMap(([field, rows]) =>
    rows.map((row) => [row.variable ?? row.name, field] as const),
  ),
);

/**
 * Returns the field of fleet.yaml behind a directive of a drop-in, or behind a variable for the start script; undefined for
 * any other.
 */
export function fieldOfDirective(directive: string): string | undefined {
  return fields.get(directive);
}

function text(section: Directive["section"], name: string, values: Directive["values"]): Directive {
  return { section, name, isPlain: false, values };
}

function plain(section: Directive["section"], name: string, read: Read): Directive {
  return { section, name, isPlain: true, values: ({ agent }) => read(agent) };
}

function limit(name: string, controller: Controller, read: Read): Directive {
  return { ...plain("Service", name, read), controller };
}

/** Returns an assignment of a variable for the start script, quoted as systemd.syntax(7) has it. */
function variable(name: string, read: (settings: DropInSettings) => Value): Directive {
  return {
    ...text("Service", "Environment", (settings) => {
      const value = read(settings);
      if (value === undefined) return undefined;
      const escaped = escapeSpecifiers(String(value)).replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
      return `"${name}=${escaped}"`;
    }),
    variable: name,
  };
}

/** TimeoutStartSec= of the template, ms. */
const templateStartMs = 60_000;

/** Returns the time for each step of a start. A turn may be hours away, and every other step keeps its own time. */
function startTimeout({ agent, paces }: DropInSettings): Value {
  if (paces.length > 0) return "infinity";
  return furtherStartMs(agent) === 0 ? undefined : seconds(templateStartMs + furtherStartMs(agent));
}

function hookVariable(name: string, hook: "preStart" | "postStart" | "preStop" | "onFailure"): Directive {
  return variable(name, ({ agent: { hooks } }) => {
    const lines = hooks?.[hook];
    return lines === undefined ? undefined : hookLine(lines);
  });
}

/** Returns a call of the start script for the agent of the unit. */
function scriptCall(step: string, { fleet }: Layout): string {
  return `%E/${fleet}/tools/fleet/start-agent-session.sh ${step} %i`;
}

/**
 * Returns the env files with an empty value first, to reset the list: a later file wins, so the agent's own
 * comes last.
 */
function envFileValues({ envFiles }: DropInSettings, { fleet }: Layout): Value | readonly string[] {
  if (envFiles.length === 0) return undefined;
  const paths = envFiles.map((path) => escapeGlob(escapeSpecifiers(path)));
  return ["", ...paths, `-%E/${fleet}/fleet/agents/%i.env`];
}
