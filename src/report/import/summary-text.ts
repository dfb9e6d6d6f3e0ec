import type { ImportedFleet, ImportNote } from "../../import/form/imported.ts";
import type { ImportFormat } from "../../import/format-names.ts";
import { count, listOf } from "../../text/counting.ts";
import { visible } from "../terminal/display-text.ts";
import { notePlace, importNoteText } from "./note-words.ts";
import { openWishes, wishText } from "./written-fleet.ts";

/** The source of an import. */
export interface ImportSource {
  readonly path: string;
  readonly format: ImportFormat | "running";
}

/** Returns the summary of an import: each thing turned into a comment, then each said in another way. */
export function summaryLines(sources: readonly ImportSource[], fleet: ImportedFleet): readonly string[] {
  const lost = new Set(fleet.lost);
  const wishes = fleet.agents.flatMap((agent) =>
    openWishes(agent).map((key) => ({
      place: `${agent.file}:${agent.line}`,
      text: `agent ${agent.name}: ${wishText(key)}`,
    })),
  );
  const comments = [...fleet.lost.map(asLine), ...wishes];
  const others = fleet.notes.filter((note) => !lost.has(note)).map(asLine);
  const from = sources.map(({ path, format }) =>
    format === "running" ? "what runs" : `${path} (${format})`,
  );
  return [
    `${count(fleet.agents.length, "agent")} from ${listOf(from)}`,
    ...group(
      `Not carried over, and ${comments.length === 1 ? "a comment" : "comments"} in the result:`,
      comments,
    ),
    ...group("Good to know:", others),
  ].map(visible);
}

/** Returns the notes of a file that was refused. */
export function noteLines(notes: readonly ImportNote[]): readonly string[] {
  return notes.map(asLine).map(({ place, text }) => visible(`${place}: ${text}`));
}

interface SummaryLine {
  readonly place: string;
  readonly text: string;
}

function asLine(note: ImportNote): SummaryLine {
  return { place: notePlace(note), text: importNoteText(note) };
}

function group(title: string, lines: readonly SummaryLine[]): readonly string[] {
  if (lines.length === 0) return [];
  const unique = new Set(lines.map(({ place, text }) => `  ${place}: ${text}`));
  return [title, ...unique];
}
