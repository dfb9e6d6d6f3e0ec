import { digest } from "../../text/digests/digest.ts";
import { confirmsDigest, recurringDigest } from "../../text/digests/known-digests.ts";
import { formatPolicy, parsePolicy, type Policy } from "./policy.ts";

/**
 * Ownership marks in files. Scripts and env files carry a comment line, units an [X-Fleet] section, which
 * systemd ignores (systemd.unit(5): sections beginning with X-). The digest in the mark covers the rest of
 * the file, so a manual edit differs from a change of the declaration.
 */
export interface FileMark {
  readonly fleet: string;
  /** Undefined for the shared files of all agents. */
  readonly agent?: string | undefined;
  /** apply may not stop or remove the agent. */
  readonly protect: boolean;
  /**
   * The agent's last declared policy. Undefined in all but env files, and in env files of a version before
   * 0.1.0.
   */
  readonly policy?: Policy | undefined;
  /** Version of the tool that wrote the start script and the other shared files. Undefined before 0.1.0. */
  readonly version?: string | undefined;
}

interface MarkFields {
  readonly fleet: string;
  readonly agent?: string | undefined;
  readonly protect?: boolean | undefined;
  /** The policy in an env file. */
  readonly policy?: Policy | undefined;
  /** The version in a start script. */
  readonly version?: string | undefined;
}

const commentMark = /^# mosaic-fleet: (.*)\n/m;
const sectionMark = /^\[X-Fleet\]\n((?:[A-Z][A-Za-z]*=.*\n)*)/m;

/**
 * Puts a comment mark below the first line of a script, or at the top of any other text. `digestOfText` is the
 * digest of the text, if it is known.
 */
export function markWithComment(
  text: string,
  mark: MarkFields,
  digestOfText = recurringDigest(text),
): string {
  // One text instead of a list of fields: a thousand agents make as many.
  let line = `# mosaic-fleet: fleet=${mark.fleet}`;
  if (mark.agent !== undefined) line += ` agent=${mark.agent}`;
  if (mark.protect) line += " protect=yes";
  if (mark.policy !== undefined) line += ` ${formatPolicy(mark.policy)}`;
  if (mark.version !== undefined) line += ` version=${mark.version}`;
  line += ` digest=${digestOfText}\n`;
  const shebangEnd = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  return text.slice(0, shebangEnd) + line + text.slice(shebangEnd);
}

/** Appends an [X-Fleet] section to a unit or drop-in. `text` ends with a newline. */
export function markWithSection(text: string, mark: MarkFields): string {
  const fields = [
    `Fleet=${mark.fleet}`,
    ...(mark.agent === undefined ? [] : [`Agent=${mark.agent}`]),
    ...(mark.protect ? ["Protect=yes"] : []),
    `Digest=${recurringDigest(text)}`,
  ];
  return `${text}[X-Fleet]\n${fields.join("\n")}\n`;
}

/** Returns the mark of a file's content, or undefined without one: then it is not ours. */
export function readMark(content: string): FileMark | undefined {
  const found = findMark(content);
  const fleet = found?.fields.get("fleet");
  if (!found || !fleet) return undefined;
  return {
    fleet,
    agent: found.fields.get("agent"),
    protect: found.fields.get("protect") === "yes",
    policy: parsePolicy(found.fields),
    version: found.fields.get("version"),
  };
}

/** Returns a content with a comment mark as it was written before marks recorded a policy. */
export function withoutPolicy(content: string): string {
  return content.replace(commentMark, (line) => line.replace(/ onChange=\S+ idleAfter=\S+/, ""));
}

/** Returns true if a file with a mark was edited after it was written. */
export function isEdited(content: string): boolean {
  const found = findMark(content);
  return found !== undefined && !confirmsDigest(restOf(content, found), found.fields.get("digest") ?? "");
}

/**
 * Rewrites all content except the mark, the text above the mark and the text below it separately. The new
 * digest keeps the statement of the old one: edited, or not.
 */
export function withOtherText(content: string, change: (text: string) => string): string {
  const found = findMark(content);
  if (found === undefined) return change(content);
  // A manual addition after the last field of a section is in the section, but no part of the mark.
  const own = ownLines.exec(found.text)?.[0] ?? "";
  const after = change(content.slice(found.index + own.length));
  const changed = change(content.slice(0, found.index)) + own + after;
  const now = findMark(changed);
  if (now === undefined) return changed;
  const isTrue = found.fields.get("digest") === digest(restOf(content, found));
  const says = isTrue ? digest(restOf(changed, now)) : "edited";
  const mark = now.text.replaceAll(/(?<=\bdigest=)\S*/gi, () => says);
  return changed.slice(0, now.index) + mark + changed.slice(now.index + now.text.length);
}

const ownLines = /^(?:# mosaic-fleet: .*\n|\[X-Fleet\]\n(?:(?:Fleet|Agent|Protect|Digest)=.*\n)*)/;

interface FoundMark {
  readonly fields: ReadonlyMap<string, string>;
  /** The text and offset of the mark. */
  readonly text: string;
  readonly index: number;
}

/** Returns the content without its mark. */
function restOf(content: string, { text, index }: FoundMark): string {
  return content.slice(0, index) + content.slice(index + text.length);
}

/** Finds the mark. Loops instead of chaining arrays: a plan of a thousand agents reads as many marks. */
function findMark(content: string): FoundMark | undefined {
  const found = commentMark.exec(content) ?? sectionMark.exec(content);
  if (found === null) return undefined;
  const [text, words = ""] = found;
  const fields = new Map<string, string>();
  for (const field of words.replaceAll("\n", " ").split(" ")) {
    const at = field.indexOf("=");
    if (at !== -1) fields.set(field.slice(0, at).toLowerCase(), field.slice(at + 1));
  }
  return { fields, text, index: found.index };
}
