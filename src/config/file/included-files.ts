import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Includer } from "../include/gather.ts";
import type { FleetTexts } from "./fleet-draft.ts";
import { readText } from "./read-text.ts";
import { realPath } from "../../drivers/files/real-path.ts";

/** A file fleet.yaml includes. */
export interface IncludedFile {
  /** Absolute. */
  readonly path: string;
  /** The path from the folder of fleet.yaml, or an absolute one. */
  readonly name: string;
  readonly text: string;
}

/** The place of the first file. */
interface FirstFile {
  /** The path to show. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  /** Absolute: relative paths in the file begin there. */
  readonly folder: string;
  /** Absolute, for `~`. */
  readonly home?: string | undefined;
  /** Returns the draft to read in the place of an included file, by the absolute path of that. */
  readonly draftOf?: (path: string) => string | undefined;
  readonly texts?: FleetTexts | undefined;
}

/** Returns the path to show of an included file. */
export function shownPath(first: Pick<FirstFile, "file">, { name }: Pick<IncludedFile, "name">): string {
  return isAbsolute(name) ? name : join(dirname(first.file), name);
}

/**
 * Returns an includer that reads files of the machine. Tells `onRead` of each path, also of a missing file, and `onText` of
 * each text.
 */
export function includerFor(
  first: FirstFile,
  onRead: (path: string) => void,
  onText: (file: IncludedFile) => void,
): Includer {
  const home = first.home ?? homedir();
  return {
    id: realPath(first.path),
    read(written) {
      const name = written.replace(/^~(?=\/)/, () => home);
      const path = resolve(first.folder, name);
      onRead(path);
      const draft = first.draftOf?.(path);
      const file = draft ?? shownPath(first, { name });
      const given = givenText(first.texts, path);
      if (given === null) return undefined;
      const text = given ?? readText(draft === undefined ? path : resolve(draft), file);
      if (text === undefined || !text.ok) return text;
      onText({ path, name, text: text.value });
      return ok({ name, id: realPath(path), file, text: text.value });
    },
  };
}

/** Returns the text given in the place of a file: null for a missing file, undefined for one to be read. */
export function givenText(texts: FleetTexts | undefined, path: string): Result<string> | null | undefined {
  const text = texts?.get(path);
  return text === undefined || text === null ? text : ok(text);
}

/** Returns true if a file has the same text as before. */
export function isSameText({ path, text }: IncludedFile): boolean {
  const now = readText(path, path);
  return now?.ok === true && now.value === text;
}
