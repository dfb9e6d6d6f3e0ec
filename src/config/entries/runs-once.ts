import type { AgentConfig, RestartPolicy } from "../types.ts";

/**
 * Returns true if the work of an entry ends with the exit status 0 of its command. Without `run`, the restart
 * policy tells: these two would never start it again after that.
 */
export function runsOnce(run: AgentConfig["run"], policy: RestartPolicy | undefined): boolean {
  return run === undefined ? policy === "no" || policy === "until-success" : run === "once";
}
