import { StringDecoder } from "node:string_decoder";
import { logPaths, type Layout } from "../../desired/layout.ts";
import { readRange } from "../../drivers/files/logs/read-range.ts";
import { linesOfRows, placeOfTime, rowsSinceTime } from "../../logs/log-rows.ts";
import { mostKeptFiles } from "../../observe/files/log-files.ts";
import type { LogLine } from "../../logs/log-line.ts";
import { terminalRows, type TerminalRows } from "../../logs/terminal-rows.ts";

/** The part of the log files to read. */
export interface FileReading {
  readonly layout: Layout;
  /** The most lines of each agent; undefined for all since that time. */
  readonly tail: number | undefined;
  /** ms since the epoch. */
  readonly sinceMs: number | undefined;
  readonly withColors: boolean;
}

/** The lines of one log, and the place for a follower to go on from. */
export interface FilesRead {
  readonly lines: readonly LogLine[];
  /** True if the log begins later than the run of the agent, and has fewer lines than wanted. */
  readonly isShort: boolean;
  readonly place: LogPlace;
}

/** The place of a follower in a log. */
export interface LogPlace {
  readonly rows: TerminalRows;
  readonly decoder: StringDecoder;
  readonly inode: number;
  readonly position: number;
  /** Number of looks that have not found the file. */
  readonly misses: number;
}

const firstBytes = 128 * 1024;

/** The most bytes of one log to read at once. */
const mostBytes = 64 * 1024 * 1024;

/** Returns the last lines of an agent's log files; undefined if it has none. `isWhole` takes the incomplete last line. */
export function readFiles(agent: string, reading: FileReading, isWhole: boolean): FilesRead | undefined {
  const { tail, sinceMs, withColors } = reading;
  for (let wanted = sinceMs === undefined ? firstBytes : mostBytes; ; wanted *= 4) {
    const found = lastBytes(agent, reading, wanted);
    if (found === undefined) return undefined;
    const text = found.bytes.toString("utf8");
    const from = sinceMs !== undefined ? placeOfTime(text, sinceMs) : 0;
    // The first line may be a part of one.
    const start = from > 0 || found.isAll ? from : text.indexOf("\n") + 1;
    const rows = terminalRows(withColors);
    rows.write(text.slice(start));
    const all = rows.take(isWhole);
    const recent = sinceMs === undefined ? all : rowsSinceTime(all, rows.marks, sinceMs);
    const isEnough = found.isAll || wanted >= mostBytes || (tail !== undefined && recent.length > tail);
    if (!isEnough) continue;
    const lines = linesOfRows(agent, recent, rows.marks);
    const isShort =
      sinceMs === undefined && found.isAll && rows.marks[0]?.kind === "log" && lines.length < (tail ?? 0);
    const { inode, size: position } = found;
    const place = { rows, decoder: new StringDecoder("utf8"), inode, position, misses: 0 };
    return {
      lines: tail === undefined ? lines : lines.slice(Math.max(0, lines.length - tail)),
      isShort,
      place,
    };
  }
}

interface LastBytes {
  readonly bytes: Buffer;
  /** True if these are all bytes of all files. */
  readonly isAll: boolean;
  readonly inode: number;
  readonly size: number;
}

/** Returns the last bytes of all files as one text. Leaves out files from before the wanted time. */
function lastBytes(agent: string, { layout, sinceMs }: FileReading, wanted: number): LastBytes | undefined {
  const chunks: Buffer[] = [];
  let left = wanted;
  let newest: { readonly inode: number; readonly size: number } | undefined;
  for (const path of logPaths(layout, agent, mostKeptFiles)) {
    const range = readRange(path, () => -1, left);
    if (range === undefined) {
      // Between two renames, the newest file is missing for a moment.
      if (newest === undefined && chunks.length === 0 && path.endsWith("output.log")) continue;
      return joinedBytes(chunks, newest, true);
    }
    newest ??= range;
    if (sinceMs !== undefined && range.modifiedMs < sinceMs) return joinedBytes(chunks, newest, false);
    chunks.unshift(range.bytes);
    left -= range.bytes.length;
    if (left <= 0) return joinedBytes(chunks, newest, false);
  }
  return joinedBytes(chunks, newest, true);
}

function joinedBytes(
  chunks: readonly Buffer[],
  newest: { readonly inode: number; readonly size: number } | undefined,
  isAll: boolean,
): LastBytes | undefined {
  return newest && { bytes: Buffer.concat(chunks), isAll, inode: newest.inode, size: newest.size };
}

/** Returns the lines since a place, across rotations, and the new place; undefined if there is nothing to read now. */
export function readOn(
  agent: string,
  { layout }: FileReading,
  before: LogPlace,
): { readonly lines: readonly LogLine[]; readonly place: LogPlace } | undefined {
  const { rows, decoder, misses } = before;
  const chunks: Buffer[] = [];
  const seen = new Set<number>();
  let newest: { readonly inode: number; readonly position: number } | undefined;
  for (const path of logPaths(layout, agent, mostKeptFiles)) {
    const positionIn = (inode: number): number => (inode === before.inode ? before.position : 0);
    const range = readRange(path, positionIn, mostBytes);
    if (range === undefined) break;
    // A rotation between two files leads to the same one again.
    if (seen.has(range.inode)) continue;
    seen.add(range.inode);
    newest ??= { inode: range.inode, position: range.end };
    chunks.unshift(range.bytes);
    if (range.inode === before.inode) break;
  }
  if (newest === undefined) return undefined;
  // In the middle of a rotation, one of the names is missing. Later, the file may really be gone.
  if (!seen.has(before.inode) && misses < mostMisses)
    return { lines: [], place: { ...before, misses: misses + 1 } };
  for (const chunk of chunks) rows.write(decoder.write(chunk));
  const lines = linesOfRows(agent, rows.take(false), rows.marks);
  return { lines, place: { rows, decoder, ...newest, misses: 0 } };
}

/** Looks without the file of the place, before the files that are there count as all. */
const mostMisses = 3;
