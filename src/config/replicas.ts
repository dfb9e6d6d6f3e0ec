/** Names of the agents that an entry stands for: itself, or NAME-1 … NAME-N where it has `replicas`. */
export function replicaNames(name: string, replicas: number | undefined): readonly string[] {
  if (replicas === undefined) return [name];
  return Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}`);
}
