import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Wording } from "../diagnostics/wording.ts";

/** The facts of a host, before its command runs. */
export interface HostFacts {
  readonly version: string;
  readonly node: string;
  /** True if another machine has brought it. */
  readonly isShippedNode?: boolean | undefined;
  readonly hostname: string;
  readonly uid: number;
  /** A digest of its machine-id: two hosts with one are one machine. */
  readonly machine: string | undefined;
  /** Undefined if unknown. */
  readonly lingers: boolean | undefined;
  /** Its clock, ms since 1970. */
  readonly clock: number;
  /** The agents that it may start by itself; undefined if nobody has asked. */
  readonly followed?: FollowedAgents | undefined;
}

/** The agents in the fleet files that the watch of a host follows. */
export type FollowedAgents =
  | { readonly kind: "known"; readonly agents: readonly string[] }
  /**
   * `pinned`: it follows a revision by order of a person. `behind`: it has not applied the revision in place.
   * `unreadable`: a file cannot be read.
   */
  | { readonly kind: "unknown"; readonly why: "pinned" | "behind" | "unreadable" };

/** A part of the output of a command on a host. Numbers and texts are data: the other side prints them. */
export type Frame =
  | { readonly kind: "host"; readonly facts: HostFacts }
  | { readonly kind: "text"; readonly lines: readonly Wording[] }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "remark"; readonly line: string }
  | { readonly kind: "problems"; readonly problems: readonly Diagnostic[] }
  | { readonly kind: "trace"; readonly line: string }
  /** A line about the progress of a change. */
  | { readonly kind: "progress"; readonly line: string }
  /** The plan that waits for an agreement. */
  | { readonly kind: "proposal"; readonly id: string }
  /** The plan to save: with its preconditions, and sealed with a key of that machine. */
  | { readonly kind: "saved"; readonly plan: object }
  /** The run that was asked for has not begun, and does not begin any more. */
  | { readonly kind: "never-begun" }
  /** A sign of life. */
  | { readonly kind: "beat" }
  /** The end, with the exit code of the command. */
  | { readonly kind: "done"; readonly code: number };

/** The request of the other side: a command of `fleet` with the texts of fleet.yaml. */
export interface RemoteRequest {
  readonly host: string;
  /** The list of all hosts with this command, as for --host; undefined for one host alone. */
  readonly among?: string | undefined;
  /** The absolute path of fleet.yaml on the other machine. */
  readonly file: string;
  /** The texts by absolute path: fleet.yaml, and the files that it includes. */
  readonly texts: readonly (readonly [string, string | null])[];
  /** The commit of fleet.yaml on the other machine, for the history; undefined outside of Git. */
  readonly revision?: string | undefined;
  /** The arguments of `fleet`, the command first. */
  readonly words: readonly string[];
  /** The command of the other machine behind an apply, for the history; undefined for an apply itself. */
  readonly calledAs?: string | undefined;
  /** The text of a file or of standard input on the other machine, for a command that takes one. */
  readonly input?: string | undefined;
  /** Agents to be ended on another host before they start here, each with the former host; by default from the table. */
  readonly waits?: Readonly<Record<string, string>> | undefined;
  /** The fleet to tell of which agents this host may start by itself; undefined if nobody asks. */
  readonly followedOf?: string | undefined;
  /** The plan that was agreed to; undefined for none. */
  readonly agreed?: string | undefined;
  /** The saved plan to apply, in the place of the file that the words name. */
  readonly saved?: object | undefined;
  /** The id of a run that changes something: it happens once at most, and its end can be asked for. */
  readonly run?: string | undefined;
  /** The longest time between its first frame and the go-ahead, ms: later than that, nothing begins. */
  readonly beginWithinMs?: number | undefined;
  /** True to ask for the end of that run. */
  readonly asks?: boolean | undefined;
  readonly form: { readonly color: boolean; readonly quiet: boolean; readonly verbose: boolean };
}

/**
 * The line after which a change begins. It answers the first frame of the host, on the same connection, so the sender
 * of the change was still there then.
 */
export const goAheadLine = "begin";

/** Returns a frame as a line. The nonce tells it from output of others. */
export function frameLine(frame: Frame, nonce: string): string {
  return `@${nonce} ${JSON.stringify(frame)}\n`;
}

/** Returns the frame in a line; undefined for a line of something else. */
export function readFrame(line: string, nonce: string): Frame | undefined {
  const start = `@${nonce} {`;
  if (!line.startsWith(start)) return undefined;
  try {
    return JSON.parse(line.slice(start.length - 1)) as Frame;
  } catch {
    return undefined;
  }
}

/** A splitter of a stream into lines: takes text, and returns the lines that it completes. */
export type LineSplitter = (text: string) => readonly string[];

/** Returns a splitter. It keeps the text after the last line break for the next call. */
export function lineSplitter(): LineSplitter {
  let parts: string[] = [];
  return (text) => {
    const lines = text.split("\n");
    const last = lines.pop() ?? "";
    const [first] = lines;
    if (first === undefined) {
      parts.push(last);
      return [];
    }
    lines[0] = parts.join("") + first;
    parts = [last];
    return lines;
  };
}
