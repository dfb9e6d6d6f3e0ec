import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { NoteCode } from "./note-codes.ts";

/** Something the result does not say as the file does. */
export interface ImportNote {
  readonly code: NoteCode;
  /** The path of the file, as given. */
  readonly file: string;
  /** 1-based; undefined for the file as a whole. */
  readonly line?: number | undefined;
  /** The key or the words of the file the note is about. Never a value that looks like a secret. */
  readonly subject: string;
  /** True if the file says it at its top level, and not below one of its parts. */
  readonly isTop?: boolean | undefined;
  /** The second part of the note: a name, a number or a reason. */
  readonly detail?: string | undefined;
}

/** An agent of the result. */
export interface ImportedAgent {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Keys of fleet.yaml, by name. */
  readonly keys: Readonly<Record<string, WrittenValue>>;
  /** Wishes of the file without a key in fleet.yaml, in the form of such a key. */
  readonly wishes: Readonly<Record<string, WrittenValue>>;
}

/** A file of another tool, in the terms of fleet.yaml. */
export interface ImportedFleet {
  readonly tmux: Readonly<Record<string, WrittenValue>>;
  readonly defaults: Readonly<Record<string, WrittenValue>>;
  readonly agents: readonly ImportedAgent[];
  /** Notes that become comments of the fleet. */
  readonly lost: readonly ImportNote[];
  /** All notes, in the order of the file; those of `lost` as well. */
  readonly notes: readonly ImportNote[];
}

/** The result of a reader: errors mean that nothing is written. */
export type ImportResult =
  | { readonly ok: true; readonly value: ImportedFleet }
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      readonly notes: readonly ImportNote[];
    };

/** Division of sessions into agents. */
export type Division = "auto" | "session" | "window" | "pane";

/** A file to import, with what its format reads next to it. */
export interface Input {
  /** The path as given, for messages. */
  readonly path: string;
  /** The name of the file, without its folder. */
  readonly name: string;
  /** The absolute folder of the file. */
  readonly folder: string;
  readonly text: string;
  /** The texts of the files next to it, by name: `.env`, `.overmind.env`, `.foreman`. */
  readonly companions: ReadonlyMap<string, string>;
}

/** The account for which the file is read. No other variable of the environment is known. */
export interface World {
  /** Absolute. */
  readonly home: string;
  readonly user: string;
  /** The name of the login shell. */
  readonly shell: string;
}

/** A reader of one format. Pure: it runs no code and reads no further file. */
export type FormatReader = (input: Input, world: World, per: Division) => ImportResult;
