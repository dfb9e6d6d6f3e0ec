import type { NoteCode } from "../../import/form/note-codes.ts";

/** A sentence for each code, from the subject and the detail of the note. */
export type NoteWords<Code extends NoteCode> = Readonly<
  Record<Code, (subject: string, detail?: string) => string>
>;
