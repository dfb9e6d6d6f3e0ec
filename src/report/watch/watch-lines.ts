import type { WatchEvent } from "../../events/watch-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { watchJson } from "./watch-json.ts";
import { watchMessage, type Level, type WatchMessage } from "./watch-text.ts";

/** The style of the lines of events. */
export type LineStyle =
  /** For a file or a pipe: with the time. */
  | "timed"
  /** For the journal, which has the time itself: with the priority in front of each line (sd-daemon(3)). */
  | "journal"
  | "json";

const priorities: Readonly<Record<Level, number>> = { err: 3, warning: 4, notice: 5, info: 6 };

/** Columns for text no terminal shows. */
const width = 100;

/** Returns an event as lines; none for an event without news. With `quiet`, only problems. `nowMs` since the epoch, `isMany` as in watchMessage. */
export function eventLines(
  event: WatchEvent,
  style: LineStyle,
  nowMs: number,
  colors: Colors,
  quiet: boolean,
  isMany = false,
): readonly string[] {
  if (style === "json") return [JSON.stringify(watchJson(event, nowMs))];
  const message = watchMessage(event, colors, width, isMany);
  if (message === undefined || (quiet && !isProblem(message))) return [];
  const { level, lines } = message;
  if (style === "journal") return lines.map((line) => `<${priorities[level]}>${line}`);
  return behindTime(message, `${dateOf(nowMs)} ${timeOfDay(nowMs)}`, colors);
}

/** Returns true for messages that --quiet keeps. */
function isProblem({ level }: WatchMessage): boolean {
  return level === "err" || level === "warning";
}

/** Returns the first line behind the time, and the others below it. */
export function behindTime({ lines }: WatchMessage, time: string, colors: Colors): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? colors.dim(time) : " ".repeat(time.length)} ${line}`);
}

/** Returns `14:02:33`, in the time zone of this machine. */
export function timeOfDay(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
}

/** Returns `2026-11-23`, in the time zone of this machine. */
function dateOf(ms: number): string {
  const date = new Date(ms);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join("-");
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
