import type { Ledger } from "../form/ledger.ts";
import type { NoteCode } from "../form/note-codes.ts";

/**
 * Reads a .env as foreman does, and tells of each line systemd reads otherwise (seen with systemd 252). Returns the
 * variables, and never tells a value.
 */
export function readEnvFile(text: string, path: string, ledger: Ledger): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    let line = lines[index] ?? "";
    const pair = /^\s*(?<export>export\s+)?(?<name>[^\s=#]+)(?<before>\s*)=(?<after>\s*)(?<value>.*)$/.exec(
      line,
    )?.groups;
    if (pair === undefined) continue;
    const { name = "" } = pair;
    let value = (pair["value"] ?? "").replace(/\r$/, "");
    const quote = /^["']/.exec(value)?.[0];
    // A value in quotes may go on over lines.
    while (isOpen(value) && index + 1 < lines.length) {
      index += 1;
      line = lines[index] ?? "";
      value += `\n${line}`;
    }
    variables.set(name, value.replace(/^(["'])(.*)\1\s*$/s, "$2"));
    const difference = differenceOf(pair, value, quote);
    if (difference !== undefined) ledger.note(difference, { file: path, line: start + 1 }, name);
  }
  return variables;
}

/** Returns true for a value whose quote is not closed on its line. */
function isOpen(value: string): boolean {
  const quote = /^["']/.exec(value)?.[0];
  if (quote === undefined) return false;
  return !new RegExp(String.raw`^${quote}(?:[^${quote}\\]|\\.)*${quote}`, "s").test(value);
}

function differenceOf(
  pair: Readonly<Record<string, string | undefined>>,
  value: string,
  quote: string | undefined,
): NoteCode | undefined {
  if (pair["export"] !== undefined) return "env-export";
  if (!/^[A-Za-z_]\w*$/.test(pair["name"] ?? "")) return "env-name";
  if (/\$(?:\{|\w)/.test(value) && quote !== "'") return "env-reference";
  if (pair["before"] !== "" || pair["after"] !== "") return "env-spaces";
  if (quote === undefined && /\s#/.test(value)) return "env-comment";
  return quote === undefined && value.includes("\\") ? "env-backslash" : undefined;
}
