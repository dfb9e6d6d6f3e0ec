import { isMap, isNode, isPair, isScalar, visit, type Document } from "yaml";
import { mergeSpans, secretSpans } from "../../secrets/mask.ts";
import { isSecretName } from "../../secrets/names.ts";
import { secretShapes, type Span } from "../../secrets/values.ts";

/**
 * The parts of a fleet.yaml that are not to be shown with its errors, in order: values behind names of secrets, and what
 * looks like a secret. Where the syntax is broken, nobody knows where a value ends: there, all that may belong to it.
 */
export function secretsIn(document: Document, text: string): readonly Span[] {
  const isBroken = document.errors.length + document.warnings.length > 0;
  return mergeSpans([
    ...namedValues(document),
    ...secretShapes(text),
    ...linesOf(text).flatMap((line) =>
      shifted(secretSpans(line.text, isBroken ? "rest" : "word"), line.start),
    ),
    ...(isBroken ? behindVariables(text) : []),
  ]);
}

function namedValues(document: Document): readonly Span[] {
  const spans: Span[] = [];
  visit(document, {
    Pair: (_key, { key, value }, above) => {
      if (!isScalar(key) || !isSecretName(String(key.value)) || !isNode(value)) return;
      // An agent or a runtime may be called so. A variable is no map, but somebody may have written one.
      if (
        isMap(value) &&
        !above.some((each) => isPair(each) && isScalar(each.key) && each.key.value === "env")
      )
        return;
      if (value.range) spans.push({ start: value.range[0], end: value.range[1] });
    },
  });
  return spans;
}

/** What follows a variable that is a secret by its name, and the lines that are indented further than that. */
function behindVariables(text: string): readonly Span[] {
  let indent: number | undefined;
  return linesOf(text).flatMap(({ text: line, start }) => {
    const content = line.trimStart();
    if (content === "") return [];
    const own = line.length - content.length;
    if (indent !== undefined && own > indent)
      return [{ start: start + own, end: start + line.trimEnd().length }];
    const name = /^(?:- +)?["']?(?<name>[A-Z_][A-Z0-9_]*)["']?[ \t]*[:=]?[ \t]*/.exec(content);
    // Agents and runtimes are rarely called in capitals.
    if (!isSecretName(name?.groups?.["name"] ?? "")) {
      indent = undefined;
      return [];
    }
    indent = own;
    return [{ start: start + own + (name?.[0].length ?? 0), end: start + line.trimEnd().length }];
  });
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const found = { text: line, start };
    start += line.length + 1;
    return found;
  });
}

function shifted(spans: readonly Span[], by: number): readonly Span[] {
  return spans.map(({ start, end }) => ({ start: start + by, end: end + by }));
}
