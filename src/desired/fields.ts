/** Names of fields of fleet.yaml by the variables that carry them. */
const fieldOfVariable: ReadonlyMap<string, string> = new Map([
  ["MOSAIC_AGENT_RUNTIME", "runtime"],
  ["MOSAIC_AGENT_WORKDIR", "workdir"],
  ["MOSAIC_AGENT_COMMAND", "command"],
  ["MOSAIC_AGENT_REPLICA", "replica"],
]);

/** The field of fleet.yaml that a variable of an env file comes from: `command`, `workdir`, `env.NAME`, … */
export function fieldOf(variable: string): string {
  return fieldOfVariable.get(variable) ?? `env.${variable}`;
}
