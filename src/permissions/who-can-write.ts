import { shellWord } from "../text/shell-word.ts";

/** Owner, group and mode of a file or folder, links followed. */
export interface Access {
  readonly uid: number;
  /** Permission bits, with the sticky bit. */
  readonly mode: number;
  /**
   * True if the account is the only member of its group: many systems give each user such a group, and a
   * umask of 002.
   */
  readonly groupIsPrivate: boolean;
}

/** A party other than the account and root with the right to change something. */
export type Writer =
  { readonly kind: "owner"; readonly uid: number } | { readonly kind: "group" | "everybody" };

/**
 * Returns the other party with the right to write to a file or folder, or undefined if there is none. The
 * rule of sshd's StrictModes, with Debian's addition (its user-group-modes.patch): the account or root owns
 * it, and neither group nor others may write, unless the account is alone in the group.
 */
export function otherWriter({ uid, mode, groupIsPrivate }: Access, ownUid: number): Writer | undefined {
  if (uid !== ownUid && uid !== 0) return { kind: "owner", uid };
  if ((mode & 0o002) !== 0) return { kind: "everybody" };
  if ((mode & 0o020) !== 0 && !groupIsPrivate) return { kind: "group" };
  return undefined;
}

/**
 * Returns the other party with the right to replace the entries of a folder. In a sticky folder, only owners
 * may do that.
 */
export function otherReplacer(folder: Access, ownUid: number): Writer | undefined {
  const writer = otherWriter(folder, ownUid);
  return writer?.kind !== "owner" && (folder.mode & 0o1000) !== 0 ? undefined : writer;
}

/**
 * Returns the problem, as the rest of a sentence after the path, and its remedy. Never advises root to take over
 * another user's home and lock that user out: `sudo -E` and `su` without `-` keep their HOME.
 */
export function writerPhrase(
  writer: Writer,
  path: string,
  ownUid: number,
): { readonly problem: string; readonly remedy: string } {
  switch (writer.kind) {
    case "owner":
      if (ownUid === 0) {
        return {
          problem: `belongs to user ${writer.uid}, and you are root`,
          remedy: `run it as that user (sudo -H -u '#${writer.uid}' fleet …), or with HOME=/root`,
        };
      }
      return { problem: `belongs to user ${writer.uid}`, remedy: `sudo chown $USER ${shellWord(path)}` };
    case "group":
      return { problem: "can be written by its group", remedy: `chmod g-w ${shellWord(path)}` };
    case "everybody":
      return { problem: "can be written by everybody", remedy: `chmod go-w ${shellWord(path)}` };
  }
}
