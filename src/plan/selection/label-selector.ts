import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";

/** The labels of an agent. */
export type Labels = Readonly<Record<string, string>>;

/** A selector as kubectl has them: all its requirements must hold. */
export interface LabelSelector {
  /** As written. */
  readonly text: string;
  readonly requirements: readonly Requirement[];
}

/** A condition on one label. */
export type Requirement =
  | { readonly kind: "exists" | "absent"; readonly key: string }
  /** The value is one of these; or none of them, also without the label. */
  | { readonly kind: "in" | "not-in"; readonly key: string; readonly values: readonly string[] };

/** Returns true if the labels meet all requirements. */
export function selects({ requirements }: LabelSelector, labels: Labels): boolean {
  return requirements.every((requirement) => {
    const { kind, key } = requirement;
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (kind) {
      case "exists":
        return value !== undefined;
      case "absent":
        return value === undefined;
      case "in":
        return value !== undefined && requirement.values.includes(value);
      case "not-in":
        return value === undefined || !requirement.values.includes(value);
    }
  });
}

interface Token {
  /** A text in double quotes is no operator. */
  readonly kind: "text" | "quoted" | "operator";
  readonly text: string;
  /** Its place in the selector, 1-based. */
  readonly column: number;
}

/**
 * Parses `team=core`, `team!=core`, `team in (core, web)`, `team notin (core)`, `team` and `!team`, with commas between
 * them. A name or value with spaces or one of `=!(),"` needs double quotes.
 */
export function parseSelector(text: string): Result<LabelSelector> {
  const tokens = tokensOf(text);
  const requirements: Requirement[] = [];
  let at = 0;
  const next = (): Token | undefined => tokens[at];
  const takeOperator = (...operators: readonly string[]): boolean => {
    const token = next();
    const isThere = token?.kind === "operator" && operators.includes(token.text);
    if (isThere) at += 1;
    return isThere;
  };
  const word = (): string | undefined => {
    const token = next();
    if (token === undefined || token.kind === "operator") return undefined;
    at += 1;
    return token.text;
  };
  const wrongSelector = (wanted: string): Result<LabelSelector> => notASelector(text, wanted, next());

  do {
    const isNegated = takeOperator("!");
    const key = word();
    if (key === undefined || key === "") return wrongSelector("the name of a label");
    const membership = next();
    if (isNegated) requirements.push({ kind: "absent", key });
    else if (takeOperator("!=")) requirements.push({ kind: "not-in", key, values: [word() ?? ""] });
    else if (takeOperator("=", "==")) requirements.push({ kind: "in", key, values: [word() ?? ""] });
    else if (membership?.kind === "text" && (membership.text === "in" || membership.text === "notin")) {
      at += 1;
      if (!takeOperator("(")) return wrongSelector(`"(" after "${membership.text}"`);
      const values = [word() ?? ""];
      while (takeOperator(",")) values.push(word() ?? "");
      if (!takeOperator(")")) return wrongSelector('"," or ")"');
      requirements.push({ kind: membership.text === "in" ? "in" : "not-in", key, values });
    } else requirements.push({ kind: "exists", key });
  } while (takeOperator(","));
  return next() === undefined ? ok({ text, requirements }) : wrongSelector('an operator or ","');
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(/"(?<quoted>[^"]*)"|(?<operator>!=|==|[=!(),])|[^\s=!(),"]+|"/g)].map((match) => {
    const { quoted, operator } = match.groups ?? {};
    const kind = quoted !== undefined ? "quoted" : operator === undefined ? "text" : "operator";
    // A quote without its end fits nowhere.
    return match[0] === '"'
      ? { kind: "operator", text: '"', column: match.index + 1 }
      : { kind, text: quoted ?? match[0], column: match.index + 1 };
  });
}

function notASelector(text: string, wanted: string, found: Token | undefined): Result<LabelSelector> {
  const place = found === undefined ? "at its end" : `and not "${found.text}" in column ${found.column}`;
  return fail("bad-usage", `-l ${JSON.stringify(text)} is no selector of labels`, {
    detail: `It needs ${wanted}, ${place}.`,
    hint: "for example -l team=core, -l 'team in (core, web)', -l '!team', or -l team=core,tier!=test",
  });
}
