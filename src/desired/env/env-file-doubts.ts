import { envFileEntries, type EnvFileEntry } from "./env-file-entries.ts";

/** A line of an envFile systemd reads otherwise than shells and dotenv do. */
export interface EnvFileDoubt {
  /** 1-based. */
  readonly line: number;
  readonly kind: EnvFileDoubtKind;
}

/**
 * `comment`: a # after a blank is part of the value (systemd/systemd#12527). `behind-quotes`: so is a text
 * after a value in quotes. `key-lines`: a key of several lines ends with its first. `backslash`: one outside
 * of quotes is dropped. `reference`: variables are not expanded. `no-assignment`: the line is ignored. `long-comment`: a
 * backslash at the end of a comment, which goes on in the next line before systemd 254.
 */
export type EnvFileDoubtKind =
  "comment" | "behind-quotes" | "key-lines" | "backslash" | "reference" | "no-assignment" | "long-comment";

/** Returns the lines of an envFile with a misleading value, in order, without the values. Pure. */
export function envFileDoubts(text: string): readonly EnvFileDoubt[] {
  const doubts: EnvFileDoubt[] = [];
  let line = 1;
  let inKey = false;
  for (const entry of envFileEntries(text)) {
    const kind = inKey ? undefined : doubtOf(entry);
    if (kind !== undefined) doubts.push({ line, kind });
    if (kind === "key-lines") inKey = true;
    if (inKey && /-----END /.test(entry.raw)) inKey = false;
    line += entry.raw.split("\n").length;
  }
  return doubts;
}

const quoted = /^(?:"(?:[^"\\]|\\[^])*"|'[^']*')(?<behind>[^]*)$/;

function doubtOf({ raw, name }: EnvFileEntry): EnvFileDoubtKind | undefined {
  if (name === undefined) {
    if (/^[ \t]*[#;](?:[^\\]|\\[^])*\\$/.test(raw)) return "long-comment";
    return /^[ \t]*(?:[#;]|\r?$)/.test(raw) ? undefined : "no-assignment";
  }
  const value = raw.slice(raw.indexOf("=") + 1).trim();
  const behind = quoted.exec(value)?.groups?.["behind"]?.trim();
  if (behind !== undefined) {
    if (behind === "") return /^"\$\{[A-Za-z_]\w*\}"$/.test(value) ? "reference" : undefined;
    return behind.startsWith("#") ? "comment" : "behind-quotes";
  }
  if (/^-----BEGIN [A-Z0-9 ]+-----/.test(value)) return "key-lines";
  if (/[ \t]#/.test(value)) return "comment";
  // At the end of a line it continues the value, in shells too.
  if (/\\(?![\r\n]|$)/.test(value)) return "backslash";
  return /^\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)(?:\/|$)/.test(value) ? "reference" : undefined;
}
