import type { LocatedEntry, LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { Diagnostic, DiagnosticCode, Place } from "../../diagnostics/diagnostic.ts";
import type { ImportedAgent, ImportedFleet, ImportNote, ImportResult } from "./imported.ts";
import type { NoteCode } from "./note-codes.ts";

/** A part of the file a note or a problem points to. */
export type At = LocatedNode | LocatedEntry | OtherPlace | number | undefined;

/** A line of another file, such as the .env next to it. */
interface OtherPlace {
  readonly file: string;
  readonly line: number;
}

/** Collects the notes and problems of one file while it is read. */
export interface Ledger {
  /** Tells of a difference. */
  note(code: NoteCode, at: At, subject: string, detail?: string): ImportNote;
  /** Tells of something left as a comment of the fleet. */
  lose(code: NoteCode, at: At, subject: string, detail?: string): void;
  /** Tells of a mistake: nothing is written then. */
  problem(code: DiagnosticCode, at: At, summary: string, hint?: string): void;
  /** Returns the result, or the problems. */
  finish(fleet: Pick<ImportedFleet, "agents"> & Partial<ImportedFleet>): ImportResult;
}

/** Returns an empty ledger for a file. */
export function openLedger(file: string, lines: readonly string[] = []): Ledger {
  const notes: ImportNote[] = [];
  const lost: ImportNote[] = [];
  const problems: Diagnostic[] = [];
  const note: Ledger["note"] = (code, at, subject, detail) => {
    const where = typeof at === "object" && "file" in at ? at.file : file;
    const isTop = typeof at !== "object" || ("place" in at && at.place.column === 1);
    const made = {
      code,
      file: where,
      line: lineNumberOf(at),
      isTop,
      subject,
      ...(detail === undefined ? {} : { detail }),
    };
    notes.push(made);
    return made;
  };
  return {
    note,
    lose(code, at, subject, detail) {
      lost.push(note(code, at, subject, detail));
    },
    problem(code, at, summary, hint) {
      problems.push({ severity: "error", code, summary, hint, place: placeAtNode(at, file, lines) });
    },
    finish({ tmux = {}, defaults = {}, agents }) {
      const inOrder = notes.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
      if (problems.length > 0) {
        const sorted = problems.toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
        return { ok: false, diagnostics: sorted, notes: inOrder };
      }
      return { ok: true, value: { tmux, defaults, agents, lost, notes: inOrder } };
    },
  };
}

/** Returns the 1-based line of a part of the file. */
function lineNumberOf(at: At): number | undefined {
  if (typeof at !== "object") return at;
  return "file" in at ? at.line : at.place.line;
}

function placeAtNode(at: At, file: string, lines: readonly string[]): Place | undefined {
  if (typeof at === "object") return "file" in at ? undefined : at.place;
  if (at === undefined) return undefined;
  const source = lines[at - 1] ?? "";
  return { file, line: at, column: 1, length: Math.max(1, source.length), source };
}

/** Returns an agent without wishes and notes, to be completed. */
export function agentAt(name: string, file: string, at: At, more: Partial<ImportedAgent>): ImportedAgent {
  return { name, file, line: lineNumberOf(at) ?? 1, keys: {}, wishes: {}, ...more };
}
