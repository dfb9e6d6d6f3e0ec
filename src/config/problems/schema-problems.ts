import type * as z from "zod/mini";
import { expectationOf, type ValueKind } from "../schema/values/value-kinds.ts";
import { unindentedKeys, unindentedProblem } from "../habits/unindented.ts";
import { wordHabit } from "../habits/word-habits.ts";
import { hintToQuote } from "../schema/values/hints.ts";
import { keyProblem, sectionAt } from "./key-problems.ts";
import type { Path, Problem } from "../problem.ts";
import { runtimeSchema } from "../schema/runtime-schema.ts";
import { agentSchema, knownKeys, serviceSchema } from "../schema/schema.ts";
import { maskText } from "../../secrets/mask.ts";
import { isSecretName } from "../../secrets/names.ts";
import { suggest } from "../../text/suggest.ts";
import { describeValue, listInSentence, nameOfMap, nameOfValue, quoteShortened } from "../describe-path.ts";
import { valueAt } from "../value-at.ts";

type Issue = z.core.$ZodIssue;

/**
 * Returns the schema's issues with `root` as problems, in the words of fleet.yaml. Several failed checks of
 * one value are one problem.
 */
export function schemaProblems(root: unknown, issues: readonly Issue[]): readonly Problem[] {
  const unindented = unindentedProblems(root, issues);
  const told = new Set(unindented.flatMap(({ covers }) => covers.map((path) => JSON.stringify(path))));
  const problems = [
    ...unindented.map(({ problem }) => problem),
    ...issues
      .filter((issue) => !isDueToUnknownKey(issue, issues))
      .flatMap((issue) => issueProblems(root, issue, []))
      .filter(({ path }) => !told.has(JSON.stringify(path))),
  ];
  const seen = new Set<string>();
  return problems.filter(({ path, on, summary }) => {
    const id = JSON.stringify([path, on, on === "key" ? summary : ""]);
    return !seen.has(id) && seen.add(id);
  });
}

/** Returns true for a receiver of `notify` without its main key, if it has an unknown key: that is the mistake. */
function isDueToUnknownKey(issue: Issue, issues: readonly Issue[]): boolean {
  if (issue.message !== ("receiver" satisfies ValueKind)) return false;
  const place = JSON.stringify(issue.path);
  return issues.some(({ code, path }) => code === "unrecognized_keys" && JSON.stringify(path) === place);
}

/**
 * Returns one problem for maps with unindented lines, instead of one for each line and one for the empty map.
 */
function unindentedProblems(
  root: unknown,
  issues: readonly Issue[],
): readonly { readonly problem: Problem; readonly covers: readonly Path[] }[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [];
    const owner = toPath(issue.path);
    const section = sectionAt(owner);
    const value = valueAt(root, owner);
    if (section === undefined || typeof value !== "object" || value === null) return [];
    const groups = unindentedKeys(value as Readonly<Record<string, unknown>>, issue.keys, knownKeys[section]);
    return groups.map((group) => ({
      problem: unindentedProblem(owner, group),
      covers: [group.parent, ...group.keys].map((key) => [...owner, key]),
    }));
  });
}

function issueProblems(root: unknown, issue: Issue, parent: Path): readonly Problem[] {
  const path = [...parent, ...toPath(issue.path)];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => keyProblem(path, key));
    case "invalid_key":
      return [
        ...issue.issues.slice(0, 1).map(({ message }) => badName(path, message)),
        ...misnamedEntryProblems(root, path),
      ];
    case "invalid_union":
      return unionProblems(root, issue, path);
    case "invalid_value":
      return [choiceProblem(path, valueAt(root, path), issue)];
    case "invalid_type":
    case "too_big":
    case "too_small":
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_element":
    case "custom":
      return [valueProblem(path, valueAt(root, path), issue)];
    default:
      return issue satisfies never;
  }
}

function valueProblem(path: Path, value: unknown, { code, message }: Issue): Problem {
  if (value === undefined) return missingKey(path);
  const { what, detail, hint } = expectationOf(message);
  return {
    code: code === "invalid_type" ? "wrong-type" : "invalid-value",
    summary: `${nameOfValue(path)} must be ${what}, got ${describeAt(path, value)}`,
    detail: code === "invalid_type" ? undefined : detail,
    hint:
      misplacedKey(path) ??
      (isSecretPath(path) && value !== null ? undefined : hint?.(maskedValue(value), path)) ??
      (value === null && path.length > 1 ? "write a value, or remove the key" : undefined),
    path,
    on: "value",
  };
}

function maskedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskedValue);
  return typeof value === "string" ? maskText(value, "word") : value;
}

/** Describes a value; a secret by its type alone. */
function describeAt(path: Path, value: unknown): string {
  return isSecretPath(path) && value !== null && typeof value !== "object"
    ? `a ${typeof value}`
    : describeValue(value);
}

function isSecretPath(path: Path): boolean {
  const key = path.at(-1);
  return typeof key === "string" && path.includes("env") && isSecretName(key);
}

/**
 * Returns the key of an agent at the level of agents: if an agent's keys are not indented under its name,
 * each looks like an agent.
 */
function misplacedKey(path: Path): string | undefined {
  const [section, key] = path;
  if (path.length !== 2 || typeof key !== "string") return undefined;
  const isMisplaced = (of: string, known: readonly string[]): boolean =>
    section === of && known.includes(key);
  if (isMisplaced("agents", knownKeys.agent))
    return `${quoteShortened(key)} is a key of an agent: indent it further`;
  if (isMisplaced("services", knownKeys.service))
    return `${quoteShortened(key)} is a key of a service: indent it further`;
  return undefined;
}

function missingKey(path: Path): Problem {
  const key = String(path.at(-1));
  const owner = path.slice(0, -1);
  return {
    code: "missing-key",
    summary: `${nameOfMap(owner)} has no ${quoteShortened(key)}`,
    hint: path.length === 1 ? "add the line version: 1" : `add ${key}: …`,
    path: owner,
    on: "key",
    absent: key,
  };
}

function choiceProblem(path: Path, value: unknown, issue: z.core.$ZodIssueInvalidValue): Problem {
  const code = issue.values.some((allowed) => typeof allowed === typeof value)
    ? "invalid-value"
    : "wrong-type";
  if (value === undefined) return missingKey(path);
  if (issue.message !== "choice") return { ...valueProblem(path, value, issue), code };
  const words = issue.values.map(String);
  const habit = wordHabit(habitKey(path), value);
  const guess = typeof value === "string" ? suggest(value, words) : undefined;
  return {
    code,
    summary: `${nameOfValue(path)} must be ${listInSentence(words, "or")}, got ${describeValue(value)}`,
    hint:
      habit ?? (guess === undefined ? hintToQuote(value, path) : `did you mean ${quoteShortened(guess)}?`),
    path,
    on: "value",
  };
}

/** Returns the key under which words of other tools are known. */
function habitKey(path: Path): string {
  if (path.at(-2) === "dependsOn") return "dependsOn";
  return path[0] === "hosts" && path.length === 3 ? `hosts.${String(path.at(-1))}` : String(path.at(-1));
}

/**
 * Returns the problems of a union: with the type of one alternative, those of that alternative; otherwise the
 * list of all.
 */
function unionProblems(root: unknown, issue: z.core.$ZodIssueInvalidUnion, path: Path): readonly Problem[] {
  const meant = issue.errors.filter((branch) => !branch.some(isOfAnotherType));
  const [branch] = meant;
  if (branch !== undefined && meant.length === 1)
    return branch.flatMap((inner) => issueProblems(root, inner, path));
  return [valueProblem(path, valueAt(root, path), { ...issue, code: "invalid_type", expected: "union" })];
}

function isOfAnotherType({ code, path }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}

function badName(path: Path, message: string): Problem {
  const key = String(path.at(-1));
  const { what, detail, hint } = expectationOf(message);
  return {
    code: "invalid-value",
    summary: `${quoteShortened(key)} in ${nameOfMap(path.slice(0, -1))} must be ${what}`,
    detail,
    hint: hint?.(key, path),
    path,
    on: "key",
  };
}

/**
 * Returns the problems inside an entry with an invalid name: the schema does not check those, but the author
 * wants to know them.
 */
function misnamedEntryProblems(root: unknown, path: Path): readonly Problem[] {
  const value = valueAt(root, path);
  const schema = { agents: agentSchema, services: serviceSchema, runtimes: runtimeSchema }[String(path[0])];
  if (path.length !== 2 || schema === undefined || value === null) return [];
  const result = schema().safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => issueProblems(root, issue, path));
}

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === "symbol" ? String(part) : part));
}
