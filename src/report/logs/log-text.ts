import type { LogLine } from "../../logs/log-line.ts";
import { plainText } from "../../logs/pane-text.ts";
import type { Colors } from "../terminal/colors.ts";
import type { LogLineJson } from "./log-output.ts";

/** The form of log lines as text. */
export interface LogForm {
  /** All agents of the run. */
  readonly agents: readonly string[];
  /** True if only one source is read: then a line of one agent is its text alone. */
  readonly isOneSource: boolean;
  readonly timestamps: boolean;
  readonly colors: Colors;
}

const palette = ["cyan", "yellow", "green", "magenta", "blue"] as const;

/** Returns a function that makes a line of text of a log line: `coder-1 pane | hello`. */
export function logText({ agents, isOneSource, timestamps, colors }: LogForm): (line: LogLine) => string {
  const width = Math.max(0, ...agents.map((name) => name.length));
  const places = new Map(agents.map((name, index) => [name, index]));
  const namePrefix = (agent: string): string => {
    if (agents.length === 1) return "";
    return colors[palette[(places.get(agent) ?? 0) % palette.length] ?? "cyan"](`${agent.padEnd(width)} `);
  };
  return ({ agent, source, text, atMs, aboutMs }) => {
    const time = timestamps ? `${timeText(atMs, aboutMs)} ` : "";
    const origin = isOneSource ? "" : colors.dim(`${source} `);
    const bar = agents.length === 1 && isOneSource ? "" : colors.dim("| ");
    if (source === "run") return `${colors.dim(time)}${namePrefix(agent)}${colors.bold(`--- ${text} ---`)}`;
    // A pane's text brings its own colours, and may end in the middle of one.
    const shown = source === "unit" ? colors.dim(text) : text.includes("\u001B") ? `${text}\u001B[0m` : text;
    return `${colors.dim(time)}${namePrefix(agent)}${origin}${bar}${shown}`;
  };
}

/** Returns a time in 24 characters: `2026-11-29T10:04~` for one that is only about known. */
function timeText(atMs: number | undefined, aboutMs: number | undefined): string {
  if (atMs !== undefined) return new Date(atMs).toISOString();
  const about = aboutMs === undefined ? "-" : `${new Date(aboutMs).toISOString().slice(0, 16)}~`;
  return about.padEnd(24);
}

/** Returns a log line as its documented JSON object. */
export function logJson({
  agent,
  window,
  source,
  text,
  atMs,
}: LogLine & { readonly window?: string }): LogLineJson {
  return {
    agent,
    ...(window === undefined ? {} : { window }),
    source,
    text: plainText(text),
    time: atMs === undefined ? null : new Date(atMs).toISOString(),
  };
}
