import type { CommonNoteCode, NoteCode } from "../../import/form/note-codes.ts";

/** A sentence for each code, from the subject and the detail of the note. */
export type NoteWords<Code extends NoteCode> = Readonly<
  Record<Code, (subject: string, detail?: string) => string>
>;

/** The words of the notes about any file. */
export const commonWords: NoteWords<CommonNoteCode> = {
  renamed: (wanted, name) => `${wanted === "" ? "an empty name" : wanted} was renamed ${name ?? ""}`,
  "unknown-key": (key) => `${key} is not known to fleet import`,
  "not-needed": (key) => `${key} is not needed`,
  "old-keys": (keys, tool) => `${keys}: old names of ${tool ?? "the tool"}, read all the same`,
  variable: (text) => `\`${text}\` holds a variable that the tool replaces: write its value`,
  "variable-in-env": (name, text) =>
    `${name}${text === undefined ? "" : ` (${text})`} holds a variable or code, and values of env are literal: write its value`,
  "unset-variable": (name) => `${name} is taken out of the environment by the tool, which env cannot do`,
  "no-variable": (name) => `${name} is no NAME and value`,
  "home-in-env": (name) => `${name}: ~ and $HOME were written out, because values of env are literal`,
  "secret-in-env": (name) => `${name} holds a password or a key: move it to a file of envFiles`,
  "invalid-key": (key, reason) => `${key} is not valid in fleet.yaml: ${reason ?? ""}`,
  "path-in-env": (program, folders) =>
    `${program} is found in ${folders ?? ""}, outside of the PATH of agents: PATH in env names it`,
  "defaults-apply": (keys) => `defaults of the file apply to the new agents as well: ${keys}`,
  "tmux-not-changed": (key) => `tmux.${key} is not changed in a file that exists`,
};
