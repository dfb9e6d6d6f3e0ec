import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import { programWord } from "../../runtimes/known-runtimes.ts";
import type { ImportedAgent } from "./imported.ts";

/** Keys of fleet.yaml whose values are commands. */
const commandKeys = new Set("command preStart postStart preStop onFailure setup exec".split(" "));

/**
 * Returns the programs an agent looks up on its own PATH. A login shell makes a PATH of its own, so its commands
 * are left out, and so are programs with a folder.
 */
export function programsOf({ keys, wishes }: ImportedAgent): readonly string[] {
  const found = [keys, wishes].flatMap((each) => linesIn(each, undefined));
  const words = found
    .flatMap((line) => line.split(/&&|\|\||[;|&\n]/))
    .map(programWord)
    .filter((word) => /^[\w.+-]+$/.test(word));
  return [...new Set(words)];
}

function linesIn(value: WrittenValue, key: string | undefined): readonly string[] {
  const isCommand = key !== undefined && commandKeys.has(key);
  if (typeof value === "string") return isCommand ? [value] : [];
  if (typeof value !== "object") return [];
  if (Array.isArray(value)) {
    const items = value as readonly WrittenValue[];
    return key === "command" ? argvLines(items) : items.flatMap((each) => linesIn(each, key));
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return (entries as readonly (readonly [string, WrittenValue])[]).flatMap(([name, each]) =>
    linesIn(each, name),
  );
}

function argvLines(words: readonly WrittenValue[]): readonly string[] {
  const [program, flags, text] = words.map(String);
  if (program === undefined) return [];
  const isShell = /^(?:ba|z|da|k)?sh$/.test(program) && /^-\w*c$/.test(flags ?? "") && text !== undefined;
  if (!isShell) return [program];
  return flags?.includes("l") === true ? [] : [text];
}
