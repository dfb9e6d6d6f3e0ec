import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { wordingText } from "../terminal/wording-text.ts";
import { grouped } from "../../text/grouped.ts";

/** The fewest failed writes with one cause that share a message. */
const fewestWrites = 4;

/**
 * Returns the diagnostics with one message for many files that could not be written for the same cause, such as a full disk:
 * the first of them, with the number of others. The rest stays as it is.
 */
export function joinFailedWrites(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const writes = diagnostics.filter(({ code, hint }) => code === "file-write-failed" && hint !== undefined);
  const many = [...grouped(writes, ({ hint }) => hint && wordingText(hint)).values()].filter(
    ({ length }) => length >= fewestWrites,
  );
  if (many.length === 0) return diagnostics;
  const joined = new Map(
    many.flatMap((group) =>
      group.map((each) => [each, each === group[0] ? told(each, group.length) : undefined]),
    ),
  );
  return diagnostics.flatMap((each) => (joined.has(each) ? (joined.get(each) ?? []) : [each]));
}

function told(first: Diagnostic, standsFor: number): Diagnostic {
  return { ...first, summary: `${first.summary}, and ${standsFor - 1} other files`, standsFor };
}
