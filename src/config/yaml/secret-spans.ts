import { isMap, isNode, isPair, isScalar, visit, type Document } from "yaml";
import { mergeSpans, secretSpans } from "../../secrets/mask.ts";
import { isSecretName } from "../../secrets/names.ts";
import { secretShapes, type Span } from "../../secrets/values.ts";

/**
 * Returns the parts of a fleet.yaml to mask in errors, in order: values after names of secrets, and text in
 * the form of a secret. In broken syntax the end of a value is unknown: there, masks every possible part of
 * it.
 */
export function secretsIn(document: Document, text: string): readonly Span[] {
  const isBroken = document.errors.length + document.warnings.length > 0;
  return mergeSpans([
    ...namedValues(document),
    ...secretShapes(text),
    ...linesWithOffsets(text).flatMap((line) =>
      shifted(secretSpans(line.text, isBroken ? "rest" : "word"), line.start),
    ),
    ...(isBroken ? behindVariables(text) : []),
  ]);
}

function namedValues(document: Document): readonly Span[] {
  const spans: Span[] = [];
  visit(document, {
    Pair: (_key, { key, value }, above) => {
      if (!isScalar(key) || !isNode(value)) return;
      // Anyone who knows the address of a webhook can post to it.
      if (!isSecretName(String(key.value)) && key.value !== "webhook") return;
      // An agent or a runtime may have such a name. A variable is no map, but a user may have written one.
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

/**
 * Returns the text after a variable with the name of a secret, and the following lines with more indentation.
 */
function behindVariables(text: string): readonly Span[] {
  let indent: number | undefined;
  return linesWithOffsets(text).flatMap(({ text: line, start }) => {
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

interface LineSpan {
  readonly text: string;
  readonly start: number;
}

function linesWithOffsets(text: string): readonly LineSpan[] {
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
