import type { PresetName } from "../../runtimes/preset-names.ts";
import type { Problems } from "../json/shared-output.ts";

/** A preset: how to run a program, to talk to it, and to know what it does. */
export interface PresetJson {
  readonly formatVersion: "2.0";
  readonly preset: PresetName;
  /** The version of the program; null for any. */
  readonly madeFor: string | null;
  /** A line for sh. */
  readonly command: string;
  readonly conversation: {
    /** The words the first start adds to the command. */
    readonly begin: string;
    /** The words that later starts add. */
    readonly resume: string;
    /** The words that later starts add as long as the id of the agent's conversation is not known. */
    readonly latest: string | null;
    /** True if each agent has its own. */
    readonly own: boolean;
    /** Its id is chosen for it, told by the hooks of the program, or it is in a file. */
    readonly by: "chosen" | "told" | "file";
  } | null;
  readonly hooks: {
    /** Words for the command. */
    readonly words: string | null;
    /** A variable for the program. */
    readonly variable: string | null;
    /** The text of the file the program reads. */
    readonly file: string | null;
    /** Further words for the command, with their conditions. */
    readonly further: readonly {
      readonly words: string;
      /** A part of the command without which they are left out. */
      readonly onlyWith: string | null;
      /** A regular expression for a line of a person's own settings that keeps them out. */
      readonly unlessSet: string | null;
    }[];
  } | null;
  readonly enterDelayMs: number;
  readonly interrupt: readonly string[];
  readonly stopText: string;
  /** Regular expressions for one row of the screen. */
  readonly screen: {
    readonly prompt: string;
    readonly busy: string | null;
    readonly dialogs: readonly { readonly kind: string; readonly row: string }[];
    readonly limits: readonly string[];
  };
  /** Regular expressions for the title of the terminal. */
  readonly title: { readonly working: string | null; readonly waiting: string | null };
}

/**
 * The output of `fleet explain --json`; npm run schema writes explain.schema.json from it.
 * @public
 */
export type ExplainDocument = PresetJson | Problems;
