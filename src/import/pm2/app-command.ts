import type { LocatedNode } from "../../config/yaml/located-nodes.ts";
import { itemsOf, textAt, nodeText, nodeTexts, firstValue } from "../form/nodes.ts";
import { quotedWords } from "../form/quoted-words.ts";

/** pm2's interpreters by the ending of the script. */
const interpreters: Readonly<Record<string, string>> = {
  js: "node",
  cjs: "node",
  mjs: "node",
  json: "node",
  py: "python3",
  sh: "bash",
  rb: "ruby",
  php: "php",
  pl: "perl",
  ts: "bun",
  tsx: "bun",
};

/** A version of node, which pm2 installs with nvm. */
export const nodeVersion = /^node@.+$/;

/** Returns the command of an app: its interpreter, the arguments of that, the script and its arguments. */
export function commandOf(app: LocatedNode, script: string): readonly string[] {
  const ending = /\.(?<ending>\w+)$/.exec(script)?.groups?.["ending"] ?? "";
  const named = textAt(app, "interpreter", "exec_interpreter");
  const known = Object.hasOwn(interpreters, ending) ? interpreters[ending] : undefined;
  const interpreter = named === "none" ? undefined : (named?.replace(nodeVersion, "node") ?? known);
  const before = argumentWords(firstValue(app, "interpreter_args", "node_args"));
  const head = interpreter === undefined ? [] : [interpreter, ...before];
  const words = script.includes(" ") && interpreter === undefined ? quotedWords(script) : [script];
  return [...head, ...words, ...argumentWords(firstValue(app, "args"))];
}

function argumentWords(node: LocatedNode | undefined): readonly string[] {
  if (node?.kind === "list") return itemsOf(node).flatMap((item) => nodeText(item) ?? []);
  return nodeTexts(node).flatMap(quotedWords);
}
