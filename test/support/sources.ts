import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path/posix";
import { fileURLToPath } from "node:url";

/** The absolute path of src/. */
export const root = fileURLToPath(new URL("../../src", import.meta.url));

interface Source {
  /** Below src/, as in `plan/order.ts`. */
  readonly path: string;
  readonly text: string;
  /** Everything imported at run time: packages by name, files by their path below src/. */
  readonly imports: readonly string[];
  /** The same without `import()`: everything that is loaded with the file. */
  readonly loads: readonly string[];
  /** The same as `imports`, with the imported types. */
  readonly knows: readonly string[];
}

/** All source files, by their path. */
export const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
  .sort()
  .map(readSource);

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const lines = [
    ...text.matchAll(
      /^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|^import\s+"([^"]+)"/gms,
    ),
  ];
  const resolved = lines.map(([, type, from, lazy, bare]) => {
    const target = from ?? lazy ?? bare ?? "";
    const file = target.startsWith(".") ? relative(root, join(root, dirname(path), target)) : target;
    return { file, type: type !== undefined, isLazy: lazy !== undefined };
  });
  return {
    path,
    text,
    imports: resolved.filter(({ type }) => !type).map(({ file }) => file),
    loads: resolved.filter(({ type, isLazy }) => !type && !isLazy).map(({ file }) => file),
    knows: resolved.map(({ file }) => file),
  };
}

/** Returns `FILE → IMPORT` for every import forbidden by the rule, also for imports of types only. */
export function breaches(
  files: (path: string) => boolean,
  forbidden: (imported: string) => boolean,
): readonly string[] {
  return sources
    .filter(({ path }) => files(path))
    .flatMap(({ path, knows }) => knows.filter(forbidden).map((imported) => `${path} → ${imported}`));
}

/** The check for files below some folders of src/. */
export const inFolder =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));

/** Returns the commands loaded by a file of src/command-line/. */
export function commandsOf(declarations: string): readonly string[] {
  const imports = sources.find(({ path }) => path === declarations)?.imports ?? [];
  return imports.filter((path) => path.startsWith("commands/") && !path.startsWith("commands/shared/"));
}

/** Returns the files loaded with a file of src/, also the later ones of an `import()`. */
export function reachableFrom(start: string): ReadonlySet<string> {
  return follow(start, ({ imports }) => imports);
}

/** Returns the files loaded with a file of src/, without the later ones of an `import()`. */
export function loadedWith(start: string): ReadonlySet<string> {
  return follow(start, ({ loads }) => loads);
}

function follow(start: string, next: (source: Source) => readonly string[]): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const source = byPath.get(path);
    waiting.push(...(source === undefined ? [] : next(source)));
  }
  return reached;
}
