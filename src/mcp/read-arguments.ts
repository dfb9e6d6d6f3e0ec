import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { parseDuration } from "../text/durations.ts";
import { suggest } from "../text/suggest.ts";
import type { Parameter, Parameters, ValuesOf } from "./parameter.ts";

/** Timers of node's hold no more than 2^31 ms. */
const longestMs = 24 * 86_400_000;

/** Returns the arguments of a call, or the first problem of them. A lone text counts as a list of one. */
export function readArguments<P extends Parameters>(parameters: P, given: unknown): Result<ValuesOf<P>> {
  if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given)))
    return fail("bad-usage", "the arguments are not an object");
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given ?? {})) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) return unknownArgument(name, Object.keys(parameters));
    if (value === undefined || value === null) continue;
    const read = readArgument(name, parameter, value);
    if (!read.ok) return read;
    values.set(name, read.value);
  }
  const missing = Object.entries(parameters).find(
    ([name, { isRequired }]) => isRequired && !values.has(name),
  );
  if (missing !== undefined) return fail("bad-usage", `the argument ${missing[0]} is missing`);
  // Each value has been read by the kind of its parameter.
  return ok(Object.fromEntries(values) as ValuesOf<P>);
}

function readArgument(name: string, { kind, values }: Parameter, value: unknown): Result<unknown> {
  switch (kind) {
    case "flag":
      return typeof value === "boolean" ? ok(value) : wrongArgument(name, "true or false");
    case "count":
      return Number.isSafeInteger(value) && Number(value) > 0
        ? ok(value)
        : wrongArgument(name, "a whole number from 1");
    case "text":
      return typeof value === "string" ? ok(value) : wrongArgument(name, "a text");
    case "duration": {
      const ms = typeof value === "string" ? parseDuration(value) : undefined;
      return ms !== undefined && ms <= longestMs
        ? ok(ms)
        : wrongArgument(name, "a duration such as 30s or 5m, of at most 24d");
    }
    case "choice":
      return typeof value === "string" && values?.includes(value) === true
        ? ok(value)
        : wrongArgument(name, `one of ${(values ?? []).join(", ")}`);
    case "names":
    case "choices": {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      const fits = (each: unknown): boolean =>
        typeof each === "string" && each !== "" && (values === undefined || values.includes(each));
      if (list.every(fits)) return ok(list);
      return wrongArgument(name, values === undefined ? "a list of names" : `a list of ${values.join(", ")}`);
    }
  }
}

function wrongArgument(name: string, wanted: string): Result<unknown> {
  return fail("bad-usage", `the argument ${name} is not ${wanted}`);
}

function unknownArgument<T>(name: string, known: readonly string[]): Result<T> {
  const guess = suggest(name, known);
  return fail("bad-usage", `there is no argument ${JSON.stringify(name)}`, {
    hint: `${guess === undefined ? "" : `did you mean ${guess}? `}The arguments are ${known.join(", ")}`,
  });
}
