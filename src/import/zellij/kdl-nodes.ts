import { getLocation, InvalidKdlError, type Node } from "@bgotink/kdl";
import { parse } from "@bgotink/kdl/v1-compat";
import { ok, type Diagnostic, type Place, type Result } from "../../diagnostics/diagnostic.ts";

/** A node of a KDL text. */
export interface KdlNode {
  readonly name: string;
  readonly args: readonly string[];
  readonly props: ReadonlyMap<string, string>;
  readonly children: readonly KdlNode[];
  readonly place: Place;
}

/** Deepest nesting of braces: the library calls itself for each level. */
const maxNesting = 100;

/** Parses KDL 1, the version that zellij reads. Returns all errors in it. Pure. */
export function readKdl(text: string, file: string): Result<readonly KdlNode[]> {
  const lines = text.split("\n");
  const depth = deepest(text);
  if (depth > maxNesting)
    return { ok: false, diagnostics: [kdlProblem("braces are nested too deeply", 1, 1, file, lines)] };
  try {
    return ok(
      parse(withTerminators(text), { storeLocations: true }).nodes.map((node) => nodeOf(node, file, lines)),
    );
  } catch (error) {
    if (!(error instanceof InvalidKdlError)) throw error;
    const all = Array.from(error.flat())
      .slice(0, 20)
      .map((each) => {
        const { line = 1, column = 1 } = each.start ?? {};
        return kdlProblem(each.message.replace(/ at \d+:\d+$/, ""), line, column, file, lines);
      });
    return { ok: false, diagnostics: all };
  }
}

function nodeOf(node: Node, file: string, lines: readonly string[]): KdlNode {
  const start = getLocation(node)?.start;
  return {
    name: node.getName(),
    args: node.getArguments().map(String),
    props: new Map([...node.getProperties()].map(([key, value]) => [key, String(value)])),
    children: (node.children?.nodes ?? []).map((child) => nodeOf(child, file, lines)),
    place: placeAt(start?.line ?? 1, start?.column ?? 1, file, lines),
  };
}

function kdlProblem(
  message: string,
  line: number,
  column: number,
  file: string,
  lines: readonly string[],
): Diagnostic {
  return {
    severity: "error",
    code: "yaml-syntax",
    summary: `this is no valid KDL: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    hint: 'zellij reads KDL 1: NAME "argument" key="value" { … }',
    place: placeAt(line, column, file, lines),
  };
}

function placeAt(line: number, column: number, file: string, lines: readonly string[]): Place {
  return { file, line, column, length: 1, source: (lines[line - 1] ?? "").replace(/\r$/, "") };
}

const tokens = /r(?<hashes>#*)"[\s\S]*?"\k<hashes>|"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}]/g;

/**
 * Ends the last node before each brace with `;`, which the library wants and zellij does not: `tab { pane }`. Lines stay
 * as they are.
 */
function withTerminators(text: string): string {
  return text.replaceAll(tokens, (token, _hashes: string, offset: number) => {
    if (token !== "}") return token;
    const before = text.slice(0, offset).trimEnd();
    const isEnded = /[{;]$/.test(before) || /\n[ \t]*$/.test(text.slice(0, offset));
    return isEnded ? token : ";}";
  });
}

function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{") most = Math.max(most, ++depth);
    if (token === "}") depth -= 1;
  }
  return most;
}
