/** A text with parts that its reader puts into words: the hosts that a command is about, and the time that something took. */
export type Wording = string | readonly WordingPart[];

/** A part of a wording. */
export type WordingPart =
  | string
  /** A command of `fleet`, such as `status` or `source pin`: its arguments follow as text. It takes `--host`. */
  | { readonly fleet: string }
  /** The time that something took, ms. Equal results differ in it. */
  | { readonly tookMs: number };

/** Returns a wording; a template tag. A wording in it keeps its parts, and a text without any is a text. */
export function wording(texts: TemplateStringsArray, ...values: readonly (Wording | WordingPart)[]): Wording {
  const parts = texts
    .flatMap((text, at) => [text, ...wordingParts(values[at] ?? "")])
    .filter((part) => part !== "");
  return parts.every((part) => typeof part === "string") ? parts.join("") : parts;
}

/** Returns the part for a command of `fleet` that takes `--host`. */
export function fleetCommand(command: string): WordingPart {
  return { fleet: command };
}

/** Returns the part for the time that something took, ms. */
export function took(ms: number): WordingPart {
  return { tookMs: ms };
}

/** Returns a wording with each of its texts changed; its other parts stay. */
export function mapWording(from: Wording, change: (text: string) => string): Wording {
  if (typeof from === "string") return change(from);
  return from.map((part) => (typeof part === "string" ? change(part) : part));
}

function wordingParts(value: Wording | WordingPart): readonly WordingPart[] {
  return typeof value === "object" && "length" in value ? value : [value];
}
