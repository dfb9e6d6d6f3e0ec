import { printableAscii } from "../../../text/characters.ts";

/**
 * Names of fleets, agents and runtimes: tmux versions disagree on `.` and `:` in a session's name, and systemd
 * escapes anything else in a unit's.
 */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Longest name, with the `-N` of a replica. */
export const maxNameLength = 63;

/** A file name below /tmp/tmux-UID; the whole path of a socket has at most 107 bytes (unix(7)). */
export const socketPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/;

/** A name of an environment variable as systemd.exec(5) takes it. */
export const envNamePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables for the start script from the fleet and systemd. */
export const reservedEnvPattern =
  /^(?:MOSAIC_(?:TMUX_SOCKET|TMUX_HOLDER|TMUX_SIZE|AGENT_.*)|RUNTIME_DIRECTORY|PIDFILE|SERVICE_RESULT)$/;

/**
 * Variables without effect on agents: the start script takes them from tmux or removes them, or every shell
 * on the way sets them for itself (measured with dash and bash).
 */
export const lostEnvNames: ReadonlySet<string> = new Set(
  (
    "TERM TERM_PROGRAM TERM_PROGRAM_VERSION TMUX TMUX_PANE " +
    "INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET " +
    "IFS OPTIND PPID PWD OLDPWD SHELLOPTS BASHOPTS"
  ).split(" "),
);

/** Longest name of a variable, and longest value or command, bytes: execve(2) takes 128 KiB for both and the = between. */
export const maxEnvName = 1_000;
export const maxCarried = 120_000;

/**
 * Absolute, below the home directory, or relative to the folder of fleet.yaml. A relative path has no variable, is no
 * address, and no path of Windows.
 */
export const pathPattern =
  /^(?:\/|~$|~\/|(?![~$]|[A-Za-z]:[\\/]|[A-Za-z][A-Za-z0-9+.-]*:\/\/)(?!.*\$\{)[^/])/;

/**
 * A name of a branch, with placeholders (git-check-ref-format(1)): no blank, no `..`, `@{` or `~^:?*[\\`, no part
 * beginning with a dot or ending with `.lock`, and no slash or dot at its ends.
 */
export const branchPattern =
  // Without \p{Cc}, here and below: V8 reads tables of Unicode for it, 0.1 ms each. And not all readers of the schema know it.
  // oxlint-disable-next-line no-control-regex
  /^(?!-|\/|HEAD$|@$)(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\s~^:?*[\\\x00-\x1F\x7F-\x9F.][^\s~^:?*[\\\x00-\x1F\x7F-\x9F]*(?<![./])$/u;

/** A relative path that stays inside its folder, and outside of `.git`. */
export const innerPathPattern =
  // oxlint-disable-next-line no-control-regex
  /^(?![/~])(?!(?:.*\/)?\.{0,2}(?:\/|$))(?!(?:.*\/)?\.git(?:\/|$))[^\x00-\x1F\x7F-\x9F]+$/u;

/**
 * Longest path, and longest part of one, bytes: PATH_MAX (which counts a NUL too) and NAME_MAX of limits.h.
 * The kernel opens nothing longer, and systemd ignores an EnvironmentFile= with it, except for a line in the
 * journal (seen with systemd 252).
 */
export const maxPath = 4_095;
export const maxPathPart = 255;

/**
 * A key by its name in tmux(1), such as `C-c`, `Escape` or `q`. Other characters have a meaning for tmux, and a longer text
 * is no key.
 */
export const tmuxKeyPattern =
  /^(?:[CMS]-){0,3}(?:[A-Za-z0-9]|F(?:[1-9]|1[0-2])|Enter|Escape|Tab|BTab|Space|BSpace|Up|Down|Left|Right|Home|End|PageUp|PageDown|PgUp|PgDn|PPage|NPage|IC|Insert|DC|Delete)$/;

/** Returns true for a text with a control character, forbidden in one line of text and in a path of a unit file. */
export function hasControlCharacter(text: string): boolean {
  return !printableAscii.test(text) && /[\p{Cc}\u2028\u2029]/u.test(text);
}

/**
 * Returns true for a text no environment variable can hold, because of a NUL or of a character systemd rejects as
 * UTF-8 (it would drop the variable).
 */
export function hasUnusableCharacter(text: string): boolean {
  return !printableAscii.test(text) && /[\0\p{Surrogate}\p{Noncharacter_Code_Point}]/u.test(text);
}

/** Returns true for a regular expression of JavaScript, as rows of a screen are compared with it. */
export function isRegularExpression(value: unknown): value is string {
  if (typeof value !== "string") return false;
  try {
    return new RegExp(value, "iu").source !== "";
  } catch {
    return false;
  }
}

/**
 * A part `.` or `..` of an absolute path: systemd ignores an EnvironmentFile= with one ("path is not
 * normalized"). Relative paths become absolute before they reach systemd.
 */
export const dotSegments = /^[/~].*?\/\.\.?(?:\/|$)/;

/**
 * Returns a text as a name: letters lose their accents, and runs of other characters become one dash. Empty if nothing of
 * it can be part of a name.
 */
export function nameLike(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .replaceAll(/^[-_]+|-+$/g, "")
    .slice(0, maxNameLength);
}
