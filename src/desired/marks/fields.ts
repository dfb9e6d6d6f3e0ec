/** Names of fields of fleet.yaml by the variables that carry them. */
const fieldOfVariable: ReadonlyMap<string, string> = new Map([
  ["MOSAIC_AGENT_RUNTIME", "runtime"],
  ["MOSAIC_AGENT_WORKDIR", "workdir"],
  ["MOSAIC_AGENT_COMMAND", "command"],
  ["MOSAIC_AGENT_REPLICA", "replica"],
]);

/** Names of fields of fleet.yaml by the directives of a drop-in that carry them. */
const fieldsOfDirectives: ReadonlyMap<string, string> = new Map([
  ["Description", "description"],
  ["After", "dependsOn"],
  ["Wants", "dependsOn"],
  ["StartLimitBurst", "restart.limit"],
  ["StartLimitIntervalSec", "restart.window"],
  ["EnvironmentFile", "envFiles"],
  ["ConditionPathExists", "restart.policy"],
  ["Environment", "restart.policy"],
  ["Restart", "restart.policy"],
  ["RestartSec", "restart.delay"],
  ["TimeoutStopSec", "stopTimeout"],
  ["MemoryMax", "resources.memoryMax"],
  ["MemoryHigh", "resources.memoryHigh"],
  ["CPUQuota", "resources.cpuQuota"],
  ["CPUWeight", "resources.cpuWeight"],
  ["TasksMax", "resources.tasksMax"],
]);

/** The field of fleet.yaml that a directive of a drop-in comes from; undefined for any other directive. */
export function fieldOfDirective(directive: string): string | undefined {
  return fieldsOfDirectives.get(directive);
}

/** The field of fleet.yaml that a variable of an env file comes from: `command`, `workdir`, `env.NAME`, … */
export function fieldOf(variable: string): string {
  return fieldOfVariable.get(variable) ?? `env.${variable}`;
}
