import type { EnvFileDoubt, EnvFileDoubtKind } from "../desired/env/env-file-doubts.ts";
import type { Inputs } from "../desired/inputs.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { shellWord } from "../text/shell-word.ts";

/** The words about a line of an envFile, with the remedy. They show no value. */
const doubtWords: Readonly<Record<EnvFileDoubtKind, { readonly says: string; readonly hint: string }>> = {
  comment: {
    says: "the # and the text after it are part of the value",
    hint: "put the comment on a line of its own: systemd does not end a value at a #",
  },
  "behind-quotes": {
    says: "the text after the closing quote is part of the value",
    hint: "put the whole value in one pair of quotes",
  },
  "key-lines": {
    says: "a key of several lines ends with its first line",
    hint: "put the whole key in double quotes, its lines included",
  },
  backslash: {
    says: "the backslash is not part of the value",
    hint: "put the value in single quotes, or write two backslashes",
  },
  reference: {
    says: "the variable is not looked up: the value is its name",
    hint: "write the value itself",
  },
  "no-assignment": {
    says: "the line is not NAME=value, and is ignored",
    hint: "write NAME=value, or a # before a comment",
  },
  "long-comment": {
    says: "before systemd 254, the backslash at its end makes the next line a part of this comment",
    hint: "remove the backslash",
  },
};

/** The most warnings about the lines of one file. */
const mostLines = 5;

/** Warnings about the content and the mode of envFiles. */
export function inputWarnings({ doubts = new Map() }: Pick<Inputs, "doubts">): readonly Diagnostic[] {
  return [...doubts].flatMap(([path, { lines, isOpen }]) => {
    const left = lines.length - mostLines;
    return [
      ...lines.slice(0, mostLines).map((doubt) => lineWarning(path, doubt)),
      ...(left > 0 ? [envFileDoubt(`${path}: ${left} more lines like these`, "correct those first")] : []),
      ...(isOpen
        ? [envFileDoubt(`${path} holds secrets, and other users can read it`, `chmod 600 ${shellWord(path)}`)]
        : []),
    ];
  });
}

/** Returns a warning for each envFile with a line that keeps its agents from starting. Plans tell that as an obstacle. */
export function unusableLineWarnings({ envFiles }: Pick<Inputs, "envFiles">): readonly Diagnostic[] {
  return [...envFiles].flatMap(([path, input]) =>
    input.kind === "content" && input.unusableLine !== undefined
      ? [
          envFileDoubt(
            `${path}:${input.unusableLine}: the line is not NAME=value, and apply starts no agent with this file`,
            "remove the word export, and write only letters, digits and _ in the name",
          ),
        ]
      : [],
  );
}

function lineWarning(path: string, { line, kind }: EnvFileDoubt): Diagnostic {
  const { says, hint } = doubtWords[kind];
  return envFileDoubt(`${path}:${line}: ${says}`, hint);
}

function envFileDoubt(summary: string, hint: string): Diagnostic {
  return { severity: "warning", code: "env-file-doubt", summary, hint };
}
