import { isSecretName } from "../../secrets/names.ts";
import { isSecretValue } from "../../secrets/values.ts";
import type { Path } from "../problem.ts";
import type { CommandConfig, FleetConfig } from "../types.ts";

/** A part of a value that looks as if it were expanded, and is not. */
export interface LiteralPart {
  /** Of the value, from the root of fleet.yaml. */
  readonly path: Path;
  /** The variable or the ~/ path itself, and nothing else of the value. */
  readonly part: string;
  readonly kind: "variable" | "home" | "word";
}

const variable = /\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)/;
const wholeVariable = /^\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)$/;

/**
 * The values of `env` and the words of list commands that hold `$NAME`, `${NAME}` or a `~/` that nothing expands. A secret
 * may hold a $ of its own, so only one that is nothing else than a variable counts. Pure.
 */
export function literalParts({ runtimes, defaults, agents }: FleetConfig): readonly LiteralPart[] {
  return [
    ...Object.entries(runtimes).flatMap(([name, { command }]) =>
      inCommand(command, ["runtimes", name, "command"]),
    ),
    ...inEnv(defaults.env, ["defaults", "env"]),
    ...Object.entries(agents).flatMap(([name, { command, env }]) => [
      ...inCommand(command, ["agents", name, "command"]),
      ...inEnv(env, ["agents", name, "env"]),
    ]),
  ];
}

function inEnv(env: Readonly<Record<string, string>> = {}, path: Path): readonly LiteralPart[] {
  return Object.entries(env).flatMap(([name, value]): readonly LiteralPart[] => {
    const part = literalIn(name, value);
    return part === undefined ? [] : [{ ...part, path: [...path, name] }];
  });
}

/** The part of a variable's value that is not expanded; undefined if there is none. */
export function literalIn(name: string, value: string): Omit<LiteralPart, "path"> | undefined {
  // Most values hold neither: what follows is for the others, because a plan looks at every value.
  if (!value.includes("$") && !value.includes("~")) return undefined;
  const isSecret = isSecretName(name) || isSecretValue(value);
  const found = (isSecret ? wholeVariable : variable).exec(value)?.[0];
  if (found !== undefined) return { part: found, kind: "variable" };
  if (!name.endsWith("PATH")) return undefined;
  const home = value.split(":").find((each) => /^~(?:\/|$)/.test(each));
  return home === undefined ? undefined : { part: home, kind: "home" };
}

/** A shell that is given a line reads that line. */
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
