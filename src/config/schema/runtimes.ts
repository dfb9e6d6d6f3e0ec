/**
 * Returns the runtimes for agents, by their names, from the section `runtimes` of fleet.yaml. The schema and
 * the checks of references both ask here, so this is the only place to add a built-in runtime.
 */
export function namedRuntimes<Runtime>(
  declared: Readonly<Record<string, Runtime>> | null | undefined,
): Readonly<Record<string, Runtime>> {
  return declared ?? {};
}
