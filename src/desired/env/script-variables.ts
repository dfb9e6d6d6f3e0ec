/** The setter of a variable, and its reader. */
interface ScriptVariable {
  /**
   * The drop-in or the env file of the agent; `unit` for the template and the unit of a service, `holder` for the unit of
   * the tmux server, and `script` for the start script itself and the scripts it calls.
   */
  readonly setBy: "drop-in" | "env-file" | "unit" | "holder" | "script";
  /** `script` for a variable that no program of the agent gets, and `hook` for one that only its hooks get. */
  readonly for: "script" | "hook" | "agent";
}

/**
 * All variables the start script and its helpers read, or set for others. Each name is here once, so a name
 * unknown to the script, or visible to the agent by mistake, fails a test.
 */
const table = {
  MOSAIC_AGENT_ACTIVITY: { setBy: "script", for: "agent" },
  MOSAIC_AGENT_ASKING_ROW: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_BUSY: { setBy: "script", for: "agent" },
  MOSAIC_AGENT_BUSY_ROW: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_COMMAND: { setBy: "env-file", for: "agent" },
  MOSAIC_AGENT_COMPLETION: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_CONFIG: { setBy: "env-file", for: "script" },
  MOSAIC_AGENT_CONVERSATION: { setBy: "script", for: "agent" },
  MOSAIC_AGENT_ENTER_DELAY: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_FLEET: { setBy: "script", for: "hook" },
  MOSAIC_AGENT_HOOK_ON_FAILURE: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_HOOK_POST_START: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_HOOK_PRE_START: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_HOOK_PRE_STOP: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_HOOK_TIMEOUT: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_HOST: { setBy: "unit", for: "agent" },
  MOSAIC_AGENT_INTERRUPT: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_LIMIT_ROWS: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_LOG: { setBy: "env-file", for: "script" },
  MOSAIC_AGENT_NAME: { setBy: "script", for: "agent" },
  MOSAIC_AGENT_PANE: { setBy: "script", for: "agent" },
  MOSAIC_AGENT_READY_ACTIVITY: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_READY_EXEC: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_READY_FAILS: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_READY_OUTPUT: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_READY_ROW: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_READY_TIMEOUT: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_READY_TITLE: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_REPLICA: { setBy: "env-file", for: "agent" },
  MOSAIC_AGENT_RUNTIME: { setBy: "env-file", for: "agent" },
  MOSAIC_AGENT_SERVICE: { setBy: "unit", for: "script" },
  MOSAIC_AGENT_START: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_STATE: { setBy: "unit", for: "script" },
  MOSAIC_AGENT_STOP_EXTRA: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_STOP_KEYS: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_STOP_SEND: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_STOP_TIMEOUT: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_THEN: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_TOOLS: { setBy: "script", for: "agent" },
  MOSAIC_AGENT_UNITS: { setBy: "unit", for: "script" },
  MOSAIC_AGENT_WINDOWS: { setBy: "env-file", for: "script" },
  MOSAIC_AGENT_WORKDIR: { setBy: "env-file", for: "agent" },
  MOSAIC_AGENT_WORKTREE_BRANCH: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_COPY: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_FETCH: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_FROM: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_LINK: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_PATH: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_REPO: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_SETUP: { setBy: "drop-in", for: "script" },
  MOSAIC_AGENT_WORKTREE_TIMEOUT: { setBy: "drop-in", for: "script" },
  MOSAIC_ATTEMPT: { setBy: "script", for: "hook" },
  MOSAIC_CONVERSATION: { setBy: "script", for: "agent" },
  MOSAIC_EXIT_STATUS: { setBy: "script", for: "hook" },
  MOSAIC_HOOK: { setBy: "script", for: "hook" },
  MOSAIC_RESULT: { setBy: "script", for: "hook" },
  MOSAIC_TMUX_CONFIG: { setBy: "holder", for: "script" },
  MOSAIC_TMUX_HOLDER: { setBy: "unit", for: "script" },
  MOSAIC_TMUX_SIZE: { setBy: "unit", for: "script" },
  MOSAIC_TMUX_SOCKET: { setBy: "env-file", for: "agent" },
} as const satisfies Readonly<Record<string, ScriptVariable>>;

/** A variable with this setter. */
type SetBy<Setter extends ScriptVariable["setBy"]> = {
  [Name in keyof typeof table]: (typeof table)[Name]["setBy"] extends Setter ? Name : never;
}[keyof typeof table];

/** A variable a drop-in can set. */
export type DropInVariable = SetBy<"drop-in">;

/** A variable of the fleet in an env file. */
export type EnvFileVariable = SetBy<"env-file">;

/** A variable the fleet adds to a shared unit. */
export type UnitVariable = SetBy<"unit" | "holder">;

/** The variables of the start script by their names. */
export const scriptVariables: ReadonlyMap<string, ScriptVariable> = new Map(Object.entries(table));

/** Returns true for a variable the start script takes away before the agent's command runs. */
export function isHiddenFromAgent(variable: string): boolean {
  return scriptVariables.get(variable)?.for === "script";
}
