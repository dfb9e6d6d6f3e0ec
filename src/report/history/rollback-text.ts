import { count } from "../../text/counting.ts";
import { namesText } from "../alike.ts";

/** Returns the remark about edits no apply has seen. */
export function unappliedEdits(file: string): string {
  return `${file} has edits that were never applied. The rollback takes them out, and keeps a copy of the file.`;
}

/** Returns the remark after a rollback. */
export function rolledBack(file: string, revision: string, kept: string): string {
  return `${file} is as in ${revision} again. The replaced text is kept in ${kept}`;
}

/** The remark about fleet files in a Git repository. */
export const commitHint =
  "The files are in a Git repository, which has another text: commit the rollback there, too.";

/** Returns the remark about present hosts a revision does not have. */
export function hostsOutsideRevision(revision: string, names: readonly string[]): string {
  const hosts =
    names.length === 1 ? `host ${names[0] ?? ""}` : `${count(names.length, "host")}, ${namesText(names)}`;
  return `${revision} does not have ${hosts}. Nothing is changed there: the agents go on.`;
}
