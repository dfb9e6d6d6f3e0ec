import type { AgentConfig } from "../config/types.ts";
import type { EnvFileVariable } from "./env/script-variables.ts";

/** The setting `log` of an agent: a switch, or a map. */
type LogConfig = NonNullable<AgentConfig["log"]>;

/** The files of a log. */
export interface LogSetting {
  /** The largest size of a file. */
  readonly maxBytes: number;
  /** Number of full files that stay. */
  readonly keep: number;
}

/** The variable of the env file with the setting. No part of the configuration mark: a change restarts nothing. */
export const logVariable = "MOSAIC_AGENT_LOG" satisfies EnvFileVariable;

/** Returns the files of a log; undefined for an agent without one. */
export function logSettingOf(log: LogConfig | undefined): LogSetting | undefined {
  if (log === undefined || log === false) return undefined;
  const { maxSize = 10 * 2 ** 20, keep = 3 } = log === true ? {} : log;
  return { maxBytes: maxSize, keep };
}

/** Returns the files of a setting in the form of formatLogSetting. */
export function parseLogSetting(setting: string): LogSetting {
  const [maxBytes = 0, keep = 0] = setting.split(" ").map(Number);
  return { maxBytes, keep };
}

/** Returns the setting as the start script reads it: `10485760 3`. */
export function formatLogSetting({ maxBytes, keep }: LogSetting): string {
  return `${maxBytes} ${keep}`;
}
