import { Document, isCollection, isScalar, Scalar, visit } from "yaml";

/** A value of fleet.yaml to write. Maps whose order counts, such as those with names as keys, are a `Map`. */
export type WrittenValue =
  | string
  | number
  | boolean
  | readonly WrittenValue[]
  | { readonly [key: string]: WrittenValue }
  | ReadonlyMap<string, WrittenValue>;

/** The keys of a section in the order of the file. */
type WrittenKeys = Readonly<Record<string, WrittenValue>>;

/** A key that becomes a comment, with the reasons above it. */
export interface CommentedKey {
  readonly reason: string;
  readonly key: string;
  readonly value: WrittenValue;
}

/** One entry of `agents`. `comments` are lines without `#`. */
export interface WrittenAgent {
  readonly name: string;
  readonly keys: WrittenKeys;
  readonly comments: readonly string[];
  readonly commented: readonly CommentedKey[];
}

/** A whole fleet.yaml. */
export interface WrittenFleet {
  /** The schema for editors: a path, absolute or from the folder of the file; `./fleet.schema.json` by default. */
  readonly schema?: string | undefined;
  /** Comments at the top, below the line of the schema. */
  readonly header: readonly string[];
  readonly tmux: WrittenKeys;
  readonly defaults: WrittenKeys;
  readonly agents: readonly WrittenAgent[];
  /** Comments at the end. */
  readonly footer: readonly string[];
}

/** The key of fleet.yaml a line belongs to: the agent, or `tmux` and `defaults`, and its key. */
export interface LineOwner {
  readonly section: "tmux" | "defaults" | "agent";
  readonly agent?: string;
  readonly key?: string;
}

/** A line of the text, without its line ending. */
export interface WrittenLine {
  readonly text: string;
  readonly owner?: LineOwner;
}

/** Returns the text of a fleet.yaml, line by line. Pure. */
export function fleetLines({
  schema = "./fleet.schema.json",
  header,
  tmux,
  defaults,
  agents,
  footer,
}: WrittenFleet): readonly WrittenLine[] {
  return [
    { text: `# yaml-language-server: $schema=${schema}` },
    ...header.map(comment("")),
    { text: "version: 1" },
    ...sectionLines("tmux", tmux),
    ...sectionLines("defaults", defaults),
    ...(agents.length === 0 ? [{ text: "agents: {}" }] : [{ text: "agents:" }, ...entryLines(agents, "  ")]),
    ...footer.map(comment("")),
  ];
}

/** Returns the lines of entries of `agents`, each with this indentation. */
export function entryLines(agents: readonly WrittenAgent[], indent: string): readonly WrittenLine[] {
  const below = `${indent}  `;
  return agents.flatMap(({ name, keys, comments, commented }) => [
    { text: `${indent}${yamlValue(name)}:`, owner: { section: "agent" as const, agent: name } },
    ...Object.entries(keys).flatMap(([key, value]) =>
      linesOfKey(key, value).map((line) => ({
        text: line === "" ? "" : below + line,
        owner: { section: "agent" as const, agent: name, key },
      })),
    ),
    ...comments.map(comment(below)),
    ...commented.flatMap(({ reason, key, value }) =>
      [`${reason}:`, ...commentLines(key, value)].map(comment(below)),
    ),
  ]);
}

function sectionLines(name: "tmux" | "defaults", keys: WrittenKeys): readonly WrittenLine[] {
  if (Object.keys(keys).length === 0) return [];
  const lines = Object.entries(keys).flatMap(([key, value]) =>
    linesOfKey(key, value).map((line) => ({
      text: line === "" ? "" : `  ${line}`,
      owner: { section: name, key },
    })),
  );
  return [{ text: `${name}:` }, ...lines];
}

function comment(indent: string): (text: string) => WrittenLine {
  return (text) => ({ text: `${indent}# ${withoutControlsOrBreaks(text)}`.trimEnd() });
}

/** Replaces the control characters that would end a comment. */
function withoutControlsOrBreaks(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\uFEFF]/gu, " ");
}

function commentLines(key: string, value: WrittenValue): readonly string[] {
  if (!(value instanceof Map)) return [`${yamlValue(key)}: ${yamlValue(value)}`];
  return [
    `${yamlValue(key)}:`,
    ...[...value].map(([name, each]) => `  ${yamlValue(String(name))}: ${yamlValue(each)}`),
  ];
}

function linesOfKey(key: string, value: WrittenValue): readonly string[] {
  if (typeof value === "string" && isBlock(value)) {
    const text = yamlOf({ [key]: value }, false);
    return text.replace(/\n$/, "").split("\n");
  }
  return valueLines(key, value, "");
}

/** Longest line of a map or a list of maps, with its indentation below an agent, characters. */
const widest = 100;

/** Returns the lines of a value behind a text such as `key: `. A map or a list of maps becomes a block if it is too long. */
function valueLines(key: string, value: WrittenValue, indent: string): readonly string[] {
  const line = `${indent}${key}: ${yamlValue(value)}`;
  if (line.length <= widest) return [line];
  const below = `${indent}  `;
  if (Array.isArray(value)) {
    const isOfMaps = value.every((each) => typeof each === "object" && !Array.isArray(each));
    return isOfMaps ? [`${indent}${key}:`, ...value.map((each) => `${below}- ${yamlValue(each)}`)] : [line];
  }
  if (typeof value !== "object") return [line];
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return [
    `${indent}${key}:`,
    ...entries.flatMap(([name, each]) => valueLines(yamlValue(String(name)), each as WrittenValue, below)),
  ];
}

/** Returns true for a text that reads best as a block of lines. YAML's blocks keep no other control characters. */
function isBlock(value: string): boolean {
  return (
    /\n/.test(value.trimEnd()) &&
    !/[^\P{Cc}\n\t]|[\u2028\u2029\u0085\uFEFF]/u.test(value) &&
    !/^\s/.test(value)
  );
}

/** Returns a value as YAML on one line. */
export function yamlValue(value: WrittenValue): string {
  return yamlOf([value], true).replace(/\n$/, "").replace(/^\[ ?/, "").replace(/ ?\]$/, "");
}

function yamlOf(value: unknown, inFlow: boolean): string {
  const document = new Document(value, { compat: "yaml-1.1" });
  if (inFlow) {
    visit(document, {
      Node(_key, node) {
        if (isCollection(node)) node.flow = true;
        if (
          isScalar(node) &&
          typeof node.value === "string" &&
          /[\p{Cc}\u2028\u2029\uFEFF]/u.test(node.value)
        ) {
          node.type = Scalar.QUOTE_DOUBLE;
        }
      },
    });
  }
  return document.toString({
    lineWidth: 0,
    flowCollectionPadding: true,
    doubleQuotedMinMultiLineLength: 1_000_000,
  });
}
