import type { Change } from "../plan/change.ts";
import type { Variant } from "./variant.ts";

/** A change for one of some reasons. */
export type Of<Word extends Change["reason"]> = Variant<Change, "reason", Word>;

/** Chooses between the words for one agent and those for several. */
export type Numbered = (one: string, many: string) => string;

/** The words of some reasons: a text, or a function from the change to its text. */
export type PhraseTable<Word extends Change["reason"]> = {
  readonly [Each in Word]: string | ((change: Of<Each>, number: Numbered) => string);
};

/** Returns a change in the words of a table, for one agent or for several. */
export function phraseFrom(table: PhraseTable<Change["reason"]>, change: Change, isMany: boolean): string {
  const phrase = table[change.reason];
  if (typeof phrase === "string") return phrase;
  // The key and the change have the same reason, which the compiler cannot see.
  return phrase(change as never, (one, many) => (isMany ? many : one));
}
