import type { OnWaiting } from "../../desired/types.ts";
import type { Tell, WatchEvent } from "../../events/watch-events.ts";
import { runningEnvironment } from "../../observe/processes/running-environment.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { lastLine } from "../../text/last-line.ts";
import type { HeldPlan } from "../../watch/reconcile/plan-with-holds.ts";

/** A runner of the hook `onWaiting` of agents. */
export interface WaitingHooks {
  /** Takes the hooks and the panes of a look. */
  readonly seen: (look: Pick<HeldPlan, "desired" | "observed">) => void;
  /** Runs the hook of an agent that begins to wait. */
  readonly tell: (event: WatchEvent) => void;
  /** Ends all that run, and begins no more. */
  readonly end: () => void;
}

type WaitingEvent = Extract<WatchEvent, { kind: "activity" }>;

/** The most hooks that run at the same time: fifty agents may begin to wait in the same second. */
const mostAtOnce = 4;

/** The way of a line into the workdir of the agent, if that still exists. */
const hookScript = 'cd "${MOSAIC_AGENT_WORKDIR:-${PWD:-$HOME}}" 2>/dev/null || cd; exec /bin/sh -c "$1"';

/**
 * Returns a runner of these hooks. A hook has its time, and no hook delays the watch. Several run at once, and each
 * agent has one at most: a question during its hook waits for the end of that.
 */
export function openWaitingHooks(exec: Exec, tell: Tell): WaitingHooks {
  let hooks: ReadonlyMap<string, OnWaiting> = new Map();
  let panes: ReadonlyMap<string, number> = new Map();
  const queue = new Map<string, WaitingEvent>();
  const running = new Set<string>();
  const ending = new AbortController();

  return {
    seen({ desired, observed }) {
      hooks = new Map(
        desired.agents.flatMap(({ name, onWaiting }) =>
          onWaiting === undefined ? [] : [[name, onWaiting] as const],
        ),
      );
      if (hooks.size === 0) return;
      const all = observed.tmux.kind === "absent" ? [] : observed.tmux.panes;
      panes = new Map(all.flatMap(({ agent, pid }) => (agent === undefined ? [] : [[agent, pid] as const])));
    },
    tell(event) {
      if (event.kind !== "activity" || event.state !== "waiting" || !hooks.has(event.agent)) return;
      queue.set(event.agent, event);
      beginHooks();
    },
    end() {
      queue.clear();
      ending.abort();
    },
  };

  function beginHooks(): void {
    for (const [agent, event] of queue) {
      if (running.size >= mostAtOnce) return;
      const hook = hooks.get(agent);
      if (running.has(agent)) continue;
      queue.delete(agent);
      if (hook !== undefined) void runHook(hook, event);
    }
  }

  async function runHook(
    { line, timeoutMs }: OnWaiting,
    { agent, reason = "" }: WaitingEvent,
  ): Promise<void> {
    running.add(agent);
    const pane = panes.get(agent);
    const own = pane === undefined ? undefined : runningEnvironment(pane);
    const env = {
      ...Object.fromEntries(own ?? []),
      MOSAIC_AGENT_NAME: agent,
      MOSAIC_HOOK: "onWaiting",
      MOSAIC_REASON: reason,
    };
    const args = ["-c", hookScript, "sh", line];
    const outcome = await exec({ file: "/bin/sh", args, env, timeoutMs }, ending.signal);
    running.delete(agent);
    if (ending.signal.aborted) return;
    const why = commandFailure(outcome);
    if (why !== undefined) tell({ kind: "hook-failed", agent, hook: "onWaiting", why });
    beginHooks();
  }
}

function commandFailure(outcome: CommandOutcome): string | undefined {
  switch (outcome.kind) {
    case "exited": {
      if (outcome.code === 0) return undefined;
      const said = lastLine(outcome.stderr);
      return `exit status ${outcome.code}${said === undefined || said === "" ? "" : `: ${said}`}`;
    }
    case "killed":
      return `it was ended by ${outcome.signal}`;
    case "timed-out":
      return `it has not ended within ${outcome.timeoutMs / 1000} s`;
    case "not-found":
      return "there is no /bin/sh";
    case "not-started":
      return outcome.message;
  }
}
