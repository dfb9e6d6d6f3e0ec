import { isMap, isScalar, isSeq, type Document, type Node, type Pair } from "yaml";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readDocument } from "../yaml/yaml-document.ts";
import { entryLines, type WrittenAgent } from "./fleet-text.ts";

/**
 * Returns the text of a fleet.yaml with further agents at the end of its `agents`. Every other byte stays as it is.
 * `text` is a valid fleet.yaml. Pure.
 */
export function insertAgents(text: string, file: string, agents: readonly WrittenAgent[]): Result<string> {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const block = (indent: string): string =>
    entryLines(agents, indent)
      .map((line) => line.text + newline)
      .join("");
  const pair = agentsSection(readDocument(text));
  if (pair === undefined) return ok(`${withEnd(text, newline)}agents:${newline}${block("  ")}`);
  const { key, value } = pair;
  if (isMap(value) && value.flow === true) {
    if (value.items.length > 0) return oneLineAgents(file);
    const [start, end] = offsetsOf(value) ?? [0, 0];
    return ok(
      insertAt(
        text.slice(0, start).trimEnd() + text.slice(end),
        lineAfter(text.slice(0, start).trimEnd() + text.slice(end), start - 1),
        block("  "),
        newline,
      ),
    );
  }
  if (!isMap(value) || value.items.length === 0) {
    const end = offsetsOf(key)?.[1] ?? 0;
    return ok(insertAt(text, lineAfter(text, end), block("  "), newline));
  }
  const first = offsetsOf(value.items[0]?.key)?.[0] ?? 0;
  const indent = text.slice(text.lastIndexOf("\n", first - 1) + 1, first);
  if (indent.trim() !== "") return oneLineAgents(file);
  return ok(
    insertAt(
      text,
      pastComments(text, lineAfter(text, endOfNode(value)), indent.length),
      block(indent),
      newline,
    ),
  );
}

function oneLineAgents(file: string): Result<string> {
  return fail("invalid-value", `agents of ${file} stand in braces, so nothing can be added`, {
    hint: "write each agent on lines of its own, and import again",
  });
}

function agentsSection(document: Document): { readonly key: unknown; readonly value: unknown } | undefined {
  const { contents } = document;
  if (!isMap(contents)) return undefined;
  return contents.items.find((pair: Pair) => isScalar(pair.key) && pair.key.value === "agents");
}

function offsetsOf(node: unknown): readonly [number, number] | undefined {
  const { range } = (node ?? {}) as Partial<Node>;
  return range === null || range === undefined ? undefined : [range[0], range[1]];
}

/** Returns the end of the last value within a node. The range of a block ends behind the comments that follow it. */
function endOfNode(node: unknown): number {
  if (isMap(node) && node.flow !== true && node.items.length > 0) {
    const last = node.items.at(-1);
    return last?.value === null || isEmptyNode(last?.value)
      ? (offsetsOf(last?.key)?.[1] ?? 0)
      : endOfNode(last?.value);
  }
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOfNode(node.items.at(-1));
  return offsetsOf(node)?.[1] ?? 0;
}

function isEmptyNode(node: unknown): boolean {
  const range = offsetsOf(node);
  return range === undefined || range[0] === range[1];
}

/** Returns the offset of the line after an offset. */
function lineAfter(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

/** Passes comments belonging to the last agent, because they stand deeper than its name. */
function pastComments(text: string, offset: number, indent: number): number {
  let at = offset;
  for (;;) {
    const found = /^(?:[ \t]*\r?\n)*(?<spaces>[ \t]+)#[^\n]*(?:\n|$)/.exec(text.slice(at));
    if (found === null || (found.groups?.["spaces"] ?? "").length <= indent) return at;
    at += found[0].length;
  }
}

function insertAt(text: string, offset: number, block: string, newline: string): string {
  return withEnd(text.slice(0, offset), newline) + block + text.slice(offset);
}

function withEnd(text: string, newline: string): string {
  return text === "" || text.endsWith("\n") ? text : text + newline;
}
