import { isSecretName } from "../../secrets/names.ts";
import { isSecretValue } from "../../secrets/values.ts";
import { entryPath } from "../entry-path.ts";
import type { Path } from "../problem.ts";
import type { AgentConfig, CommandConfig, FleetConfig } from "../types.ts";

/** A part of a value that looks like a variable but stays unexpanded. */
export interface LiteralPart {
  /** The path of the value, from the root of fleet.yaml. */
  readonly path: Path;
  /** The variable or the ~/ path itself, and nothing else of the value. */
  readonly part: string;
  readonly kind: "variable" | "home" | "word" | "folder";
}

const variablePattern = /\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)/;
const wholeVariable = /^\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)$/;

/**
 * Returns the values of `env`, the words of list commands and the paths with an unexpanded `$NAME`, `${NAME}` or
 * `~/`. A secret may contain a $ of its own, so a secret only counts if it is a single variable. Pure.
 */
export function literalParts({
  runtimes,
  defaults,
  hosts = {},
  agents,
}: FleetConfig): readonly LiteralPart[] {
  return [
    ...Object.entries(runtimes).flatMap(([name, { command, written }]) =>
      inCommand(written ?? command, ["runtimes", name, "command"]),
    ),
    ...inEnv(defaults.env, ["defaults", "env"]),
    ...inPaths(defaults, ["defaults"]),
    ...Object.entries(hosts).flatMap(([name, { defaults: own }]) => [
      ...inEnv(own?.env, ["hosts", name, "defaults", "env"]),
      ...inPaths(own ?? {}, ["hosts", name, "defaults"]),
    ]),
    ...Object.entries(agents).flatMap(([name, entry]) => [
      ...inCommand(entry.command, [...entryPath(name, entry), "command"]),
      ...inEnv(entry.env, [...entryPath(name, entry), "env"]),
      ...inPaths(entry, entryPath(name, entry)),
    ]),
  ];
}

function inEnv(env: Readonly<Record<string, string>> = {}, path: Path): readonly LiteralPart[] {
  return Object.entries(env).flatMap(([name, value]): readonly LiteralPart[] => {
    const part = literalIn(name, value);
    return part === undefined ? [] : [{ ...part, path: [...path, name] }];
  });
}

/** Returns the unexpanded part of a variable's value; undefined if there is none. */
export function literalIn(name: string, value: string): Omit<LiteralPart, "path"> | undefined {
  // A plan checks every value, and most have neither sign: so the rest of the check is only for the others.
  if (!value.includes("$") && !value.includes("~")) return undefined;
  const isSecret = isSecretName(name) || isSecretValue(value);
  const found = (isSecret ? wholeVariable : variablePattern).exec(value)?.[0];
  if (found !== undefined) return { part: found, kind: "variable" };
  if (!name.endsWith("PATH")) return undefined;
  const home = value.split(":").find((each) => /^~(?:\/|$)/.test(each));
  return home === undefined ? undefined : { part: home, kind: "home" };
}

function inPaths(
  { workdir, envFiles = [] }: Pick<AgentConfig, "workdir" | "envFiles">,
  path: Path,
): readonly LiteralPart[] {
  const places: readonly (readonly [string | undefined, Path])[] = [
    [workdir, [...path, "workdir"]],
    ...envFiles.map((file, index) => [file, [...path, "envFiles", index]] as const),
  ];
  return places.flatMap(([value, at]): readonly LiteralPart[] => {
    const part = value?.includes("$") === true ? variablePattern.exec(value)?.[0] : undefined;
    return part === undefined ? [] : [{ path: at, part, kind: "folder" }];
  });
}

/** A shell expands the line in its arguments itself. */
const shell = /(?:^|\/)(?:ba|da|z|k|fi)?sh$/;

function inCommand(command: CommandConfig | undefined, path: Path): readonly LiteralPart[] {
  if (command === undefined || typeof command === "string") return [];
  const [program = "", ...words] = command;
  if (shell.test(program) && words.some((word) => /^-\w*c$/.test(word))) return [];
  return command.flatMap((word, index): readonly LiteralPart[] =>
    wholeVariable.test(word) || (word.startsWith("~/") && !isSecretValue(word))
      ? [{ path: [...path, index], part: word, kind: "word" }]
      : [],
  );
}
