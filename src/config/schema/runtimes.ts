/** A program for agents, as fleet.yaml declares it: a line for sh, or a program with its arguments. */
interface Runtime {
  readonly command: string | readonly string[];
}

/** The runtimes that need no entry in fleet.yaml. There are none yet. */
const builtIn: Readonly<Record<string, Runtime>> = {};

/** Returns the runtimes for agents by their names: the built-in ones, and those of the section `runtimes`, which win. */
export function namedRuntimes<Declared>(
  declared: Readonly<Record<string, Declared>> | null | undefined,
): Readonly<Record<string, Declared | Runtime>> {
  return { ...builtIn, ...declared };
}

/** Returns the names of all runtimes, for a section `runtimes` that may hold errors. */
export function runtimeNames(declared: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set([...Object.keys(builtIn), ...Object.keys(declared)]);
}
