import type { Command, Option } from "commander";
import { isFleetFile, leadingOptions } from "../arrange.ts";

/** The part of a command line a word belongs to. */
export type Slot =
  | { readonly kind: "nothing" }
  /** The name of a command. `options`: an option before the command may stand here too. */
  | { readonly kind: "command"; readonly options: boolean }
  | { readonly kind: "options"; readonly command: Command; readonly given: ReadonlySet<string> }
  /** The value of an option. `prefix`: the option and its `=`, if they are in the same word. */
  | { readonly kind: "value"; readonly command: string; readonly option: Option; readonly prefix: string }
  | {
      readonly kind: "argument";
      readonly command: Command;
      /** The arguments before it. */
      readonly given: readonly string[];
    };

/** The place of a word, and the fleet file the words before it name. */
export interface WordPlace {
  readonly slot: Slot;
  readonly file: string | undefined;
}

/** The table of all commands: `declare` returns the program with one command, or with all. */
export interface CommandTable {
  readonly isCommand: (word: string) => boolean;
  readonly declare: (name: string | undefined) => Command;
}

const noPlace: WordPlace = { slot: { kind: "nothing" }, file: undefined };

/** Returns the place of the word `current` after the words `before` it, without `fleet` itself. */
export function slotAt(before: readonly string[], current: string, table: CommandTable): WordPlace {
  const count = leadingOptions(before);
  const file = fileOfOptions(before.slice(0, count));
  const [name, ...words] = before.slice(count);
  if (name === undefined) return { slot: { kind: "command", options: true }, file };
  if (["help", "--help", "-h"].includes(name))
    return words.length === 0 ? { slot: { kind: "command", options: false }, file } : noPlace;
  if (["-f", "--file"].includes(name) && words.length === 0) {
    const option = fileOption(table);
    return option === undefined
      ? noPlace
      : { slot: { kind: "value", command: "", option, prefix: "" }, file };
  }
  const command = table.isCommand(name) ? table.declare(name).commands[0] : undefined;
  return command === undefined ? noPlace : wordPlaceIn(command, words, current, file);
}

function wordPlaceIn(
  command: Command,
  words: readonly string[],
  current: string,
  leadingFile: string | undefined,
): WordPlace {
  const read = readWords(command, words);
  const file = read.file ?? leadingFile ?? read.positional.find(isFleetFile);
  if (read.open !== undefined)
    return { slot: { kind: "value", command: command.name(), option: read.open, prefix: "" }, file };
  const [, prefix = "", long = ""] = /^((--[^=]+)=)/s.exec(current) ?? [];
  if (!read.isOver && prefix !== "") {
    const option = optionOf(command, long);
    const hasValue = option !== undefined && takesValue(option);
    return hasValue ? { slot: { kind: "value", command: command.name(), option, prefix }, file } : noPlace;
  }
  if (!read.isOver && current.startsWith("-"))
    return { slot: { kind: "options", command, given: read.options }, file };
  return { slot: { kind: "argument", command, given: read.positional }, file };
}

interface ReadWords {
  readonly positional: readonly string[];
  /** The long names of the options. */
  readonly options: ReadonlySet<string>;
  readonly file: string | undefined;
  /** The last option, if it still needs its value. */
  readonly open: Option | undefined;
  /** True if no option can follow. */
  readonly isOver: boolean;
}

function readWords(command: Command, words: readonly string[]): ReadWords {
  const positional: string[] = [];
  const options = new Set<string>();
  let file: string | undefined;
  let open: Option | undefined;
  let isOver = false;
  for (const word of words) {
    const [name = "", ...value] = word.split("=");
    if (open !== undefined) {
      if (open.long === "--file") file = word;
      open = undefined;
    } else if (isOver || !/^-./.test(word)) positional.push(word);
    else if (word === "--") isOver = true;
    else {
      const option = optionOf(command, name);
      if (option?.long !== undefined) options.add(option.long);
      if (option?.long === "--file" && value.length > 0) file = value.join("=");
      if (option !== undefined && takesValue(option) && value.length === 0) open = option;
    }
  }
  return { positional, options, file, open, isOver };
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find(({ short, long }) => name === short || name === long);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

/** Returns the value of --file among the options before the command. */
function fileOfOptions(options: readonly string[]): string | undefined {
  const values = options.flatMap((word, at) => {
    if (word === "-f" || word === "--file") return options[at + 1] ?? [];
    return /^(?:--file=|-f)(?<path>.+)/s.exec(word)?.groups?.["path"] ?? [];
  });
  return values.at(-1);
}

function fileOption({ declare }: CommandTable): Option | undefined {
  return declare("status").commands[0]?.options.find(({ long }) => long === "--file");
}
