import type { Refusal } from "../../plan/allowances.ts";
import type { Change } from "../../plan/change.ts";
import type { Deviation } from "../../plan/deviation.ts";
import type { Note } from "../../plan/note.ts";
import { changePhrase } from "../change-text.ts";
import { deviationNote } from "./deviation-text.ts";
import type { ChangeJson, DeviationJson, NoteJson, ReasonJson, RefusalJson } from "../json/shared-output.ts";
import { noteText } from "./note-text.ts";
import { refusalText } from "./refusal-text.ts";

/**
 * Returns a change as an object: its data, and a `message` for people. The edited lines stay out of it: an edit is
 * compared by digests, from which a short secret could be guessed.
 */
export function changeJson(change: Change): ChangeJson {
  const printed = { ...change, edit: undefined };
  return { ...printed, message: changePhrase(change) };
}

/** Returns a change as an object without lines of files. */
export function reasonJson(change: Change): ReasonJson {
  const printed = { ...change, edit: undefined, diff: undefined };
  return { ...printed, message: changePhrase(change) };
}

/** Returns a note as an object: its data, and a `message` for people. */
export function noteJson(note: Note): NoteJson {
  return note.kind === "hindrance"
    ? { ...note, change: changeJson(note.change), message: noteText(note) }
    : { ...note, message: noteText(note) };
}

/** Returns a deviation as an object: its data, and a `message` for people. */
export function deviationJson(deviation: Deviation): DeviationJson {
  return { ...deviation, message: deviationNote(deviation) };
}

/** Returns a refusal as an object: its data, and a `message` for people. */
export function refusalJson(refusal: Refusal): RefusalJson {
  return { ...refusal, message: refusalText(refusal) };
}
