import type { ImportNote } from "../../import/form/imported.ts";
import type { NoteCode } from "../../import/form/note-codes.ts";
import { maskText } from "../../secrets/mask.ts";
import { commonWords, type NoteWords } from "./common-words.ts";
import { processWords } from "./process-words.ts";
import { sessionWords } from "./session-words.ts";
import { shortened } from "../../text/shortened.ts";

const words: NoteWords<NoteCode> = { ...commonWords, ...sessionWords, ...processWords };

/** Returns a note as a sentence, with its secrets masked and on one line. */
export function importNoteText({ code, subject, detail }: ImportNote): string {
  return words[code](inOneLine(subject), detail === undefined ? undefined : inOneLine(detail));
}

/** Returns the place of a note: `Procfile:3`. */
export function notePlace({ file, line }: ImportNote): string {
  return line === undefined ? file : `${file}:${line}`;
}

function inOneLine(text: string): string {
  return shortened(maskText(text, "rest").replaceAll(/\s+/g, " ").trim(), 120);
}
