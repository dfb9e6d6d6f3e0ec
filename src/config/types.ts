/**
 * What fleet.yaml says, after parsing and validation: the input of the desired state.
 * Durations are in ms; paths are as written (absolute, or beginning with `~/`).
 */
export interface FleetConfig {
  readonly version: 1;
  /** Prefixes every unit and directory of the fleet. */
  readonly name: string;
  readonly tmux: TmuxConfig;
  readonly runtimes: Readonly<Record<string, RuntimeConfig>>;
  readonly defaults: AgentDefaults;
  readonly agents: Readonly<Record<string, AgentConfig>>;
}

export interface TmuxConfig {
  /** The name behind `tmux -L`. */
  readonly socket: string;
  /** A tmux.conf that the holder reads instead of the user's own. */
  readonly config?: string | undefined;
  /** Columns and rows of a pane when an agent starts and nobody is attached, as `200x50`. */
  readonly size?: string | undefined;
}

/** A string is a line for sh, a list is an argument vector. */
export type CommandConfig = string | readonly string[];

export interface RuntimeConfig {
  readonly command: CommandConfig;
}

/** What apply may do to a running agent whose configuration changed. */
export type OnChange = "restart" | "when-idle" | "keep";

export type RestartPolicy = "no" | "until-success" | "on-failure" | "on-abnormal" | "always";

export interface RestartConfig {
  readonly policy?: RestartPolicy | undefined;
  /** Wait before each automatic restart, ms. */
  readonly delay?: number | undefined;
  /** At most so many starts within `window`. */
  readonly limit?: number | undefined;
  /** ms */
  readonly window?: number | undefined;
}

/** Values as systemd.resource-control(5) takes them, checked. */
export interface ResourcesConfig {
  readonly memoryMax?: string | undefined;
  readonly memoryHigh?: string | undefined;
  readonly cpuQuota?: string | undefined;
  readonly cpuWeight?: number | undefined;
  readonly tasksMax?: number | "infinity" | undefined;
}

/** Keys that `defaults` may set for every agent. */
export interface AgentDefaults {
  readonly runtime?: string | undefined;
  readonly workdir?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly envFiles?: readonly string[] | undefined;
  readonly state?: "running" | "stopped" | undefined;
  readonly restart?: RestartConfig | undefined;
  readonly onChange?: OnChange | undefined;
  /** ms */
  readonly idleAfter?: number | undefined;
  /** ms */
  readonly stopTimeout?: number | undefined;
  readonly resources?: ResourcesConfig | undefined;
  readonly protect?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface AgentConfig extends AgentDefaults {
  readonly description?: string | undefined;
  readonly command?: CommandConfig | undefined;
  readonly replicas?: number | undefined;
  /** Names that it had before, see formerNames. None of them is declared. */
  readonly formerly?: string | readonly string[] | undefined;
  /** Declared agents, or single replicas of them. */
  readonly dependsOn?: readonly string[] | undefined;
}
