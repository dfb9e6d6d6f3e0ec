import { digest } from "../desired/digest.ts";
import { envFileEntries, type EnvFileEntry } from "../desired/env-file-entries.ts";
import { withOtherText } from "../desired/marks.ts";
import { mergeSpans, secretSpans } from "../secrets/mask.ts";
import { isSecretName } from "../secrets/names.ts";
import { isSecretValue, secretShapes, type Span } from "../secrets/values.ts";

/**
 * A file's text for a place where its secrets must not be readable: each is replaced by something that is the same for the
 * same secret, and looks like one, so that the text is compared, shown and masked as it would be with the secrets in it.
 * What a plan compares with it has to be sealed likewise.
 */
export function sealText(text: string, isEnvFile: boolean): string {
  return withOtherText(text, isEnvFile ? sealEnvFile : sealLines);
}

/** Taken for a secret by its look, see secrets/values.ts. */
function sealOf(secret: string): string {
  return secret === "" ? "" : `sk-sealed-${digest(secret)}`;
}

function sealLines(text: string): string {
  const whole = replace(text, secretShapes(text));
  return whole
    .split("\n")
    .map((line) => replace(line, secretSpans(line, "rest")))
    .join("\n");
}

/** Each line of a secret by itself: the text keeps its lines. */
function replace(text: string, spans: readonly Span[]): string {
  let sealed = "";
  let from = 0;
  for (const { start, end } of mergeSpans(spans)) {
    sealed += text.slice(from, start) + text.slice(start, end).split("\n").map(sealOnce).join("\n");
    from = end;
  }
  return sealed + text.slice(from);
}

function sealOnce(secret: string): string {
  return secret.startsWith("sk-sealed-") ? secret : sealOf(secret);
}

/** Of a secret that somebody has copied to where nothing tells it by its name, shorter ones would be found everywhere. */
const shortestSecret = 4;

function sealEnvFile(text: string): string {
  const entries = envFileEntries(text);
  const known = entries
    .filter(isSecret)
    .flatMap(({ value }) => value.split("\n"))
    .filter((line) => line.trim().length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length);
  const lines = entries.map((entry) => sealEntry(entry, known));
  return lines.join("\n") + (text.endsWith("\n") && entries.length > 0 ? "\n" : "");
}

function isSecret({ name, value }: EnvFileEntry): boolean {
  return name !== undefined && (isSecretName(name) || isSecretValue(value));
}

/** Digests of the fleet's own are no secrets, though they look like it. */
function sealEntry(entry: EnvFileEntry, known: readonly string[]): string {
  const { raw, name, value } = entry;
  if (name === "MOSAIC_AGENT_CONFIG") return raw;
  if (isSecret(entry)) return `${name}=${sealOnce(value)}`;
  const copied = known.reduce((line, secret) => line.replaceAll(secret, sealOf(secret)), raw);
  return sealLines(copied);
}
