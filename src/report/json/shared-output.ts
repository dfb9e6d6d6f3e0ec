import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import type { Refusal } from "../../plan/allowances.ts";
import type { Cause } from "../../plan/change.ts";
import type { Deviation } from "../../plan/deviation.ts";
import type { HindranceNote, PlainNote } from "../../plan/note.ts";
import type { FileChange } from "../../plan/types.ts";

/** A sentence for people: scripts read the data next to it. */
interface WithMessage {
  /** For people. Its words may change. */
  readonly message: string;
}

/** A difference: a reason with its data. */
export type ReasonJson = Cause & WithMessage;

/** A difference with the lines of a file. */
export type ChangeJson = ReasonJson & {
  /** The lines written into a file by hand that would be lost; secrets are masked. */
  readonly diff?: readonly string[] | undefined;
};

type PlainNoteJson = PlainNote & WithMessage;

/** A file or folder shared by all agents. */
export interface SharedFileJson {
  /** Absolute. */
  readonly path: string;
  readonly role: FileChange["role"];
}

/** A note on an obstacle for the whole fleet. */
interface HindranceNoteJson extends Omit<HindranceNote, "change">, WithMessage {
  readonly change: ChangeJson;
}

/** Something to know besides the actions. */
export type NoteJson = PlainNoteJson | HindranceNoteJson;

/** A difference from fleet.yaml that apply leaves as it is. */
export type DeviationJson = Deviation & WithMessage;

/** The refusal of the whole plan by a guard. */
export type RefusalJson = Refusal & WithMessage;

/** A problem. */
export interface DiagnosticJson extends Omit<Diagnostic, "hint" | "place" | "standsFor"> {
  readonly hint?: string | undefined;
  /** Its place in a file of the user. */
  readonly place?: Place;
}

/** The output of a command that found problems before it could do anything. */
export interface Problems {
  readonly formatVersion: "2.0";
  /** The problems, with their places. */
  readonly diagnostics: readonly [DiagnosticJson, ...DiagnosticJson[]];
}
