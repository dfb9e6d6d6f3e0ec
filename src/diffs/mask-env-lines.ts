import { remembering } from "../text/remembering.ts";
import { envFileEntries, type EnvFileEntry } from "../desired/env/env-file-entries.ts";
import { maskText, sensitive, searchable } from "../secrets/mask.ts";
import { isSecretName } from "../secrets/names.ts";
import { isSecretValue } from "../secrets/values.ts";
import type { TextLine } from "./types.ts";

/** Returns versions of one env file as lines. A secret copied from one name to another stays one in all. */
export function maskEnvLines(versions: readonly string[]): readonly (readonly TextLine[])[] {
  const isAlone = versions.filter((text) => text !== "").length < 2;
  if (isAlone) return versions.map(maskOneVersion);
  const all = versions.map(envFileEntries);
  const secrets = all.flatMap(secretsOf);
  return all.map((entries) => entries.map((entry) => showEntry(entry, secrets)));
}

/** The fleet's mark at the top of an env file: a comment, different for each agent. Without it, equal files are equal. */
export const ownHead = /^# mosaic-fleet: (?:.*[^\\\n])?\n/;

/** Returns the lines of an env file. The mark has no secrets and hides none, so the lines below do not depend on it. */
function maskOneVersion(text: string): readonly TextLine[] {
  const [head = ""] = ownHead.exec(text) ?? [];
  const lines = maskedLines(text.slice(head.length));
  return head === "" ? lines : [looseLine(head.slice(0, -1), false), ...lines];
}

const maskedLines = remembering((text): readonly TextLine[] => maskEntries(envFileEntries(text), []));

/** Returns the entries of an env file as lines. The secrets of other texts are masked here too. */
export function maskEntries(
  entries: readonly EnvFileEntry[],
  otherSecrets: readonly string[],
): readonly TextLine[] {
  const secrets = [...secretsOf(entries), ...otherSecrets];
  return entries.map((entry) => showEntry(entry, secrets));
}

/** Returns the lines of the secrets in an env file that can be searched for in other texts. */
export const secretsInEnvFile = remembering((text): readonly string[] => secretsOf(envFileEntries(text)));

function secretsOf(entries: readonly EnvFileEntry[]): readonly string[] {
  return entries.filter(isSecretEntry).flatMap(valueSecrets);
}

function isSecretEntry({ name, value }: EnvFileEntry): boolean {
  return name !== undefined && (isSecretName(name) || isSecretValue(value));
}

function valueSecrets({ value }: EnvFileEntry): readonly string[] {
  return searchable(value.split("\n"));
}

function showEntry(entry: EnvFileEntry, secrets: readonly string[]): TextLine {
  const { raw, name } = entry;
  const showsSecret = (text: string): boolean => secrets.some((secret) => text.includes(secret));
  if (name === undefined) return looseLine(raw, showsSecret(raw));
  // Digests: they differ with each change, and a short secret could be guessed by its own.
  if (name === "MOSAIC_AGENT_CONFIG") return { raw: name, shown: `${name}=(digests)` };
  const shownName = showsSecret(name) ? sensitive : maskText(name, "rest");
  if (isSecretEntry(entry) || showsSecret(raw)) return { raw, shown: `${shownName}=${sensitive}` };
  return { raw, shown: `${shownName}=${maskText(raw.slice(raw.indexOf("=") + 1), "rest")}` };
}

/**
 * Returns the fleet's mark, or a line without an assignment, which may be a secret: `# API_TOKEN=…`,
 * `API_TOKEN …`.
 */
function looseLine(raw: string, isKnown: boolean): TextLine {
  if (raw.startsWith("# mosaic-fleet: ")) {
    const shown = raw.replace(/ digest=\S*/, "");
    return { raw: shown, shown };
  }
  return { raw, shown: isKnown ? sensitive : maskBehindName(maskText(raw, "rest")) };
}

function maskBehindName(text: string): string {
  const found = [...text.matchAll(/[A-Za-z_][\w-]*/g)].find(([word]) => isSecretName(word));
  if (found === undefined) return text;
  const end = found.index + found[0].length;
  return text.slice(end).trim() === "" || text.endsWith(sensitive)
    ? text
    : `${text.slice(0, end)} ${sensitive}`;
}
