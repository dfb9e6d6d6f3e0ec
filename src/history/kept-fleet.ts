import type { NamedText } from "../config/file/fleet-draft.ts";
import { mergeSpans } from "../secrets/mask.ts";
import type { Span } from "../secrets/values.ts";

/** A part of a text: itself, or a digest in the place of a secret. */
type KeptPart = string | { readonly secret: string };

/** A fleet file without its secrets. */
interface KeptFile {
  /** The path from the folder of fleet.yaml, or an absolute one; null for fleet.yaml itself. */
  readonly name: string | null;
  readonly parts: readonly KeptPart[];
}

/** The texts of fleet.yaml and of the files it includes, as an apply found them. */
export interface KeptState {
  readonly formatVersion: 1;
  /** The digest of the whole texts, secrets included. */
  readonly digest: string;
  readonly files: readonly KeptFile[];
}

/** A text with the places of its secrets. */
export interface SearchedText extends NamedText {
  readonly secrets: readonly Span[];
}

/** Returns the texts without their secrets. `seal` returns the digest of a secret; nobody else can make the same one. */
export function sealState(
  digest: string,
  texts: readonly SearchedText[],
  seal: (secret: string) => string,
): KeptState {
  const files = texts.map(({ name, text, secrets }) => {
    const parts: KeptPart[] = [];
    let from = 0;
    for (const { start, end } of mergeSpans(secrets)) {
      parts.push(text.slice(from, start), { secret: seal(text.slice(start, end)) });
      from = end;
    }
    return { name, parts: [...parts, text.slice(from)] };
  });
  return { formatVersion: 1, digest, files };
}

/** Returns the secrets in texts, by their digests. */
export function secretsBySeal(
  texts: readonly SearchedText[],
  seal: (secret: string) => string,
): ReadonlyMap<string, string> {
  return new Map(
    texts.flatMap(({ text, secrets }) =>
      mergeSpans(secrets).map(({ start, end }) => {
        const secret = text.slice(start, end);
        return [seal(secret), secret] as const;
      }),
    ),
  );
}

/** The texts of a kept state. */
export interface OpenedState {
  readonly texts: readonly NamedText[];
  /** The places of the secrets that are not known any more: then the texts are not whole. */
  readonly missing: readonly { readonly name: string | null; readonly line: number }[];
}

/** Returns the texts of a kept state, with the known secrets in their places. */
export function openState({ files }: KeptState, secrets: ReadonlyMap<string, string>): OpenedState {
  const missing: { name: string | null; line: number }[] = [];
  const texts = files.map(({ name, parts }) => {
    let text = "";
    for (const part of parts) {
      const known = typeof part === "string" ? part : secrets.get(part.secret);
      if (known === undefined) missing.push({ name, line: text.split("\n").length });
      text += known ?? "";
    }
    return { name, text };
  });
  return { texts, missing };
}

/** Parses the file of a kept state; undefined for anything else. */
export function parseState(text: string): KeptState | undefined {
  try {
    const state = JSON.parse(text) as Partial<KeptState> | null;
    const isWhole =
      state?.formatVersion === 1 &&
      typeof state.digest === "string" &&
      Array.isArray(state.files) &&
      state.files.every(isKeptFile);
    return isWhole ? (state as KeptState) : undefined;
  } catch {
    return undefined; // cut off by a full disk, or edited by hand
  }
}

function isKeptFile(file: Partial<KeptFile> | null): boolean {
  return (
    (file?.name === null || typeof file?.name === "string") &&
    Array.isArray(file.parts) &&
    file.parts.every((part) => typeof part === "string" || typeof part.secret === "string")
  );
}
