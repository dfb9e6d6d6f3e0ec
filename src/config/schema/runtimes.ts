/**
 * Returns the runtimes that agents can name, by their names, from the section `runtimes` of fleet.yaml. The schema and the
 * checks of references both ask here, so that a runtime that no file has to declare would be added in this place alone.
 */
export function namedRuntimes<Runtime>(
  declared: Readonly<Record<string, Runtime>> | null | undefined,
): Readonly<Record<string, Runtime>> {
  return declared ?? {};
}
