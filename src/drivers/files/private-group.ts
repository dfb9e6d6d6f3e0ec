import { readFileSync } from "node:fs";
import { userInfo } from "node:os";

/**
 * Returns true if the local databases prove this account to be the only one in a group: no other account is a
 * member or has it as its primary group. Returns false if they do not know the group, or cannot be read.
 */
export function isPrivateGroup(gid: number): boolean {
  try {
    return hasOnly(userInfo().username, gid, fileLines("/etc/group"), fileLines("/etc/passwd"));
  } catch {
    return false;
  }
}

/** Returns true if a group has no member but `user`. The lines are those of group(5) and passwd(5). */
export function hasOnly(
  user: string,
  gid: number,
  groups: readonly string[],
  accounts: readonly string[],
): boolean {
  const named = groups.map((line) => line.split(":")).filter(([, , id]) => id === String(gid));
  const members = named.flatMap(([, , , list = ""]) => list.split(",").filter(Boolean));
  const primary = accounts
    .map((line) => line.split(":"))
    .filter(([, , , id]) => id === String(gid))
    .map(([name]) => name);
  return named.length > 0 && [...members, ...primary].every((name) => name === user);
}

function fileLines(path: string): readonly string[] {
  return readFileSync(path, "utf8").split("\n");
}
