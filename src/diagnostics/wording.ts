/** A text with parts that its reader puts into words: which hosts a command is about, and how long something took. */
export type Wording = string | readonly WordingPart[];

/** A part of a wording. */
export type WordingPart =
  | string
  /** The time that something took, ms. Equal results differ in it. */
  | { readonly tookMs: number };

/** Returns a wording; a template tag. A text in it stays text, and a wording in it keeps its parts. */
export function wording(texts: TemplateStringsArray, ...values: readonly (Wording | WordingPart)[]): Wording {
  const parts = texts.flatMap((text, at): readonly WordingPart[] => {
    const value = values[at] ?? "";
    return [text, ...(isParts(value) ? value : [value])];
  });
  return parts.filter((part) => part !== "");
}

/** Returns the part for the time that something took, ms. */
export function took(ms: number): WordingPart {
  return { tookMs: ms };
}

function isParts(value: Wording | WordingPart): value is readonly WordingPart[] {
  return Array.isArray(value);
}
