import type { AgentConfig } from "../../config/types.ts";
import type { Layout } from "../layout.ts";
import { completionFile, isCompletable } from "../marks/completion.ts";
import type { KeysIn } from "../marks/fields.ts";
import { startLimit } from "../schedule/start-limit.ts";
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
import { formatPaces } from "../pace.ts";
import { commandLine, hookLine } from "./command-line.ts";
import { endLine, escapeGlob, escapeSpecifiers, seconds, worktreeText } from "./directive-values.ts";
import { isForUnit, questionPattern, readyRow, stopTextOf } from "./program-values.ts";
import {
  commandVariable,
  limitDirective,
  plainDirective,
  scriptVariable,
  textDirective,
  type Directive,
  type DropInSettings,
  type DirectiveValue,
} from "./directive.ts";
import type { DropInVariable } from "../env/script-variables.ts";

/** The keys of the drop-in, with each key of a map on its own: `restart.delay`. */
type Field = {
  [Key in KeysIn<"drop-in">]: NonNullable<AgentConfig[Key]> extends
    string | number | boolean | readonly unknown[]
    ? Key
    : `${Key}.${Exclude<keyof NonNullable<AgentConfig[Key]> & string, "onWaiting">}`; // which the watch runs
}[KeysIn<"drop-in">];

/** Set in the section of a job, which has its own quotes: the path begins with a specifier. */
const completionVariable: DropInVariable = "MOSAIC_AGENT_COMPLETION";

/** The directives of each field, in the order of the drop-in. A field without any does not compile. */
const directivesOf: Readonly<Record<Field, readonly Directive[]>> = {
  description: [
    textDirective("Unit", "Description", ({ agent: { description } }) =>
      description === undefined ? undefined : endLine(escapeSpecifiers(description)),
    ),
  ],
  dependsOn: [
    textDirective("Unit", "After", ({ after }) => (after.length > 0 ? after.join(" ") : undefined)),
    textDirective("Unit", "Wants", ({ wants }) => (wants.length > 0 ? wants.join(" ") : undefined)),
    // Not ConditionPathExists=, the condition of a job itself: a directive belongs to one field.
    textDirective("Unit", "ConditionFileNotEmpty", ({ awaits }, layout) =>
      awaits.map((name) => completionFile(layout, name)),
    ),
    scriptVariable("MOSAIC_AGENT_THEN", ({ awaitedBy }) => awaitedBy.join(" ") || undefined),
  ],
  "restart.limit": [plainDirective("Unit", "StartLimitBurst", startLimit)],
  "restart.window": [
    plainDirective("Unit", "StartLimitIntervalSec", ({ restart }) => seconds(restart?.window)),
  ],
  envFiles: [textDirective("Service", "EnvironmentFile", envFileValues)],
  run: [
    textDirective("Unit", "ConditionPathExists", ({ agent }, layout) =>
      isCompletable(agent) ? `!${completionFile(layout)}` : undefined,
    ),
    textDirective("Service", "Environment", ({ agent }, layout) =>
      isCompletable(agent) ? `"${completionVariable}=${completionFile(layout)}"` : undefined,
    ),
  ],
  "restart.policy": [
    plainDirective("Service", "Restart", ({ restart }) =>
      restart?.policy === "until-success" ? "on-failure" : restart?.policy,
    ),
  ],
  "restart.delay": [plainDirective("Service", "RestartSec", ({ restart }) => seconds(restart?.delay))],
  stopTimeout: [
    plainDirective("Service", "TimeoutStopSec", (agent) =>
      agent.stopTimeout === undefined && furtherStopMs(stopTimes(agent)) === 0
        ? undefined
        : seconds(wholeStopMs(stopTimes(agent))),
    ),
  ],
  "ready.exec": [
    commandVariable("MOSAIC_AGENT_READY_EXEC", ({ agent: { ready } }) =>
      ready?.exec === undefined ? undefined : commandLine(ready.exec),
    ),
  ],
  "ready.notify": [
    plainDirective("Service", "Type", ({ ready }) => (ready?.notify === true ? "notify" : undefined)),
    plainDirective("Service", "NotifyAccess", ({ ready }) => (ready?.notify === true ? "all" : undefined)),
  ],
  "ready.output": [scriptVariable("MOSAIC_AGENT_READY_OUTPUT", ({ agent: { ready } }) => ready?.output)],
  "ready.title": [scriptVariable("MOSAIC_AGENT_READY_TITLE", ({ agent: { ready } }) => ready?.title)],
  "ready.activity": [
    scriptVariable("MOSAIC_AGENT_READY_ACTIVITY", ({ agent: { ready } }) => ready?.activity),
    scriptVariable("MOSAIC_AGENT_READY_ROW", ({ agent: { ready }, preset }) =>
      readyRow(ready?.activity, preset),
    ),
  ],
  "ready.timeout": [
    textDirective("Service", "ExecStartPost", ({ agent: { ready, hooks } }, layout) =>
      (ready === undefined || ready.notify === true) && hooks?.postStart === undefined
        ? undefined
        : scriptCall("--after-start", layout),
    ),
    { ...textDirective("Service", "TimeoutStartSec", startTimeout), isPlain: true },
    scriptVariable("MOSAIC_AGENT_READY_TIMEOUT", ({ agent }) => readyTimeMs(agent)),
  ],
  "ready.onTimeout": [
    scriptVariable("MOSAIC_AGENT_READY_FAILS", ({ agent: { ready } }) =>
      ready?.onTimeout === "fail" ? 1 : undefined,
    ),
  ],
  "stop.send": [scriptVariable("MOSAIC_AGENT_STOP_SEND", ({ agent, preset }) => stopTextOf(agent, preset))],
  "stop.keys": [scriptVariable("MOSAIC_AGENT_STOP_KEYS", ({ agent: { stop } }) => stop?.keys?.join(" "))],
  "stop.timeout": [
    textDirective("Service", "ExecStop", ({ agent }, layout) =>
      stopTimes(agent).askMs === undefined ? undefined : `-${scriptCall("--before-stop", layout)}`,
    ),
    scriptVariable("MOSAIC_AGENT_STOP_TIMEOUT", ({ agent }) => stopTimes(agent).askMs),
    scriptVariable("MOSAIC_AGENT_STOP_EXTRA", ({ agent }) => furtherStopMs(stopTimes(agent)) || undefined),
    scriptVariable("MOSAIC_AGENT_ENTER_DELAY", ({ agent, preset }) =>
      agent.stop === undefined || preset === undefined ? undefined : preset.enterDelayMs / 1000,
    ),
    scriptVariable("MOSAIC_AGENT_INTERRUPT", ({ agent, preset }) =>
      agent.stop === undefined ? undefined : preset?.interrupt.join(" "),
    ),
    scriptVariable("MOSAIC_AGENT_BUSY_ROW", ({ agent, preset }) =>
      (agent.stop === undefined && agent.ready?.activity === undefined) || preset?.screen.busy === undefined
        ? undefined
        : rowPattern([preset.screen.busy]),
    ),
    scriptVariable("MOSAIC_AGENT_ASKING_ROW", ({ agent, preset }) =>
      agent.stop === undefined && agent.ready === undefined ? undefined : questionPattern(preset),
    ),
  ],
  "worktree.repo": [
    // Before the hooks, which run in the worktree.
    textDirective("Service", "ExecStartPre", ({ agent: { worktree } }, layout) =>
      worktree === undefined ? undefined : scriptCall("--make-worktree", layout),
    ),
    scriptVariable("MOSAIC_AGENT_WORKTREE_REPO", ({ agent }) => worktreeText(agent, "repo")),
  ],
  "worktree.branch": [
    scriptVariable("MOSAIC_AGENT_WORKTREE_BRANCH", ({ agent }) => worktreeText(agent, "branch")),
  ],
  "worktree.from": [scriptVariable("MOSAIC_AGENT_WORKTREE_FROM", ({ agent }) => worktreeText(agent, "from"))],
  "worktree.path": [scriptVariable("MOSAIC_AGENT_WORKTREE_PATH", ({ agent }) => worktreeText(agent, "path"))],
  "worktree.workdir": [], // the workdir in the env file
  "worktree.copy": [scriptVariable("MOSAIC_AGENT_WORKTREE_COPY", ({ agent }) => worktreeText(agent, "copy"))],
  "worktree.link": [scriptVariable("MOSAIC_AGENT_WORKTREE_LINK", ({ agent }) => worktreeText(agent, "link"))],
  "worktree.setup": [
    commandVariable("MOSAIC_AGENT_WORKTREE_SETUP", ({ agent: { worktree } }) =>
      worktree?.setup === undefined ? undefined : hookLine(worktree.setup),
    ),
  ],
  "worktree.fetch": [
    scriptVariable("MOSAIC_AGENT_WORKTREE_FETCH", ({ agent: { worktree } }) =>
      worktree?.fetch === true ? 1 : undefined,
    ),
  ],
  "worktree.timeout": [scriptVariable("MOSAIC_AGENT_WORKTREE_TIMEOUT", ({ agent }) => worktreeTimeMs(agent))],
  "hooks.preStart": [
    textDirective("Service", "ExecStartPre", ({ agent: { hooks } }, layout) =>
      hooks?.preStart === undefined ? undefined : scriptCall("--before-start", layout),
    ),
    hookVariable("MOSAIC_AGENT_HOOK_PRE_START", "preStart"),
  ],
  "hooks.postStart": [hookVariable("MOSAIC_AGENT_HOOK_POST_START", "postStart")],
  "hooks.preStop": [hookVariable("MOSAIC_AGENT_HOOK_PRE_STOP", "preStop")],
  "hooks.onFailure": [
    textDirective("Service", "ExecStopPost", ({ agent: { hooks } }, layout) =>
      hooks?.onFailure === undefined ? undefined : `-${scriptCall("--after-failure", layout)}`,
    ),
    hookVariable("MOSAIC_AGENT_HOOK_ON_FAILURE", "onFailure"),
  ],
  "hooks.timeout": [
    scriptVariable("MOSAIC_AGENT_HOOK_TIMEOUT", ({ agent: { hooks } }) =>
      isForUnit(hooks) ? hookTimeMs(hooks) : undefined,
    ),
  ],
  "resources.memoryMax": [limitDirective("MemoryMax", "memory", ({ resources }) => resources?.memoryMax)],
  "resources.memoryHigh": [limitDirective("MemoryHigh", "memory", ({ resources }) => resources?.memoryHigh)],
  "resources.cpuQuota": [limitDirective("CPUQuota", "cpu", ({ resources }) => resources?.cpuQuota)],
  "resources.cpuWeight": [limitDirective("CPUWeight", "cpu", ({ resources }) => resources?.cpuWeight)],
  "resources.tasksMax": [limitDirective("TasksMax", "pids", ({ resources }) => resources?.tasksMax)],
};

/** The directives of `start`, which is a key of the fleet and of runtimes. Its step is the first one of a start. */
const directivesOfStart: readonly Directive[] = [
  textDirective("Service", "ExecStartPre", ({ paces }, layout) =>
    paces.length === 0 ? undefined : scriptCall("--await-turn", layout),
  ),
  textDirective("Service", "ExecStopPost", ({ paces }, layout) =>
    paces.length === 0 ? undefined : `-${scriptCall("--after-run", layout)}`,
  ),
  scriptVariable("MOSAIC_AGENT_START", ({ paces }) => (paces.length === 0 ? undefined : formatPaces(paces))),
  scriptVariable("MOSAIC_AGENT_LIMIT_ROWS", ({ paces, preset }) =>
    paces.length === 0 || preset === undefined ? undefined : limitRows(preset.screen) || undefined,
  ),
];

/** All directives of the fleet's drop-ins, in their order. */
export const directives: readonly Directive[] = [...directivesOfStart, ...Object.values(directivesOf).flat()];

const fieldsByDirective: ReadonlyMap<string, string> = new Map(
  [...Object.entries(directivesOf), ["start", directivesOfStart] as const].flatMap(([field, rows]) =>
    rows.map((row) => [row.variable ?? row.name, field] as const),
  ),
);

/**
 * Returns the field of fleet.yaml behind a directive of a drop-in, or behind a variable for the start script; undefined for
 * any other.
 */
export function fieldOfDirective(directive: string): string | undefined {
  return fieldsByDirective.get(directive);
}

/** TimeoutStartSec= of the template, ms. */
const templateStartMs = 60_000;

/** Returns the time for each step of a start. A turn may be hours away, and every other step keeps its own time. */
function startTimeout({ agent, paces }: DropInSettings): DirectiveValue {
  if (paces.length > 0) return "infinity";
  return furtherStartMs(agent) === 0 ? undefined : seconds(templateStartMs + furtherStartMs(agent));
}

function hookVariable(
  name: DropInVariable,
  hook: "preStart" | "postStart" | "preStop" | "onFailure",
): Directive {
  return commandVariable(name, ({ agent: { hooks } }) => {
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
function envFileValues({ envFiles }: DropInSettings, { fleet }: Layout): DirectiveValue | readonly string[] {
  if (envFiles.length === 0) return undefined;
  const paths = envFiles.map((path) => escapeGlob(escapeSpecifiers(path)));
  return ["", ...paths, `-%E/${fleet}/fleet/agents/%i.env`];
}
