import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { HooksEdit } from "../../runtimes/person-hooks.ts";
import { presetNames } from "../../runtimes/preset-names.ts";
import { suggest } from "../../text/suggest.ts";

const nothingChanged = "Nothing was changed.";

/** Returns the problem of a program without a preset. */
export function unknownProgram(program: string): Diagnostic {
  const guess = suggest(program, presetNames);
  return {
    severity: "error",
    code: "bad-usage",
    summary: `there is no preset ${JSON.stringify(program)}`,
    detail: "Hooks in a file of yours are for codex.",
    ...(guess === undefined ? {} : { hint: `see fleet explain preset ${guess}` }),
  };
}

/** Returns the problem of a program that gets its hooks with each start. */
export function nothingToInstall(program: string): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${program} needs no hooks in a file of yours`,
    detail: "Its preset adds what it has to each start of an agent.",
    hint: `fleet explain preset ${program}`,
  };
}

/** Returns the problem of a program that has never run for this account. */
export function noHomeOf(program: string, home: string, variable: string): Diagnostic {
  return {
    severity: "error",
    code: "file-not-found",
    summary: `${home} does not exist: ${program} has not run here yet`,
    detail: nothingChanged,
    hint: `start ${program} once, or set ${variable} to its folder`,
  };
}

/** Returns the problem of a file that cannot be edited without a risk for its other lines. */
export function hooksRefused(
  program: string,
  path: string,
  { why, detail }: Extract<HooksEdit, { kind: "refused" }>,
): Diagnostic {
  const reasons = {
    syntax: `it is no valid JSON${detail === undefined ? "" : ` (${detail})`}`,
    form: "its hooks are not in the form of codex: lists of groups, by event",
    layout: "it is not laid out as one value a line, so other lines would change",
  };
  return {
    severity: "error",
    code: "file-unreadable",
    summary: `cannot edit ${path} safely: ${reasons[why]}`,
    detail: nothingChanged,
    hint: `add or remove the lines of \`fleet hooks show ${program}\` by hand`,
  };
}

/** Returns the problem of a file another program has changed in the meantime. */
export function changedHooks(path: string): Diagnostic {
  return {
    severity: "error",
    code: "file-edited",
    summary: `another program changed ${path} in the meantime`,
    detail: nothingChanged,
    hint: "run it again",
  };
}
