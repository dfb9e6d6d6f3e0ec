/** The facts about an agent's program: how to run it and talk to it, and how its screen tells what it does. */
export interface Preset {
  /** The version of the program the preset was made for; undefined for any. */
  readonly madeFor: string | undefined;
  /** A line for sh that runs the program. */
  readonly command: string;
  readonly conversation: Conversation | undefined;
  readonly hooks: Hooks | undefined;
  /** ms from a pasted text to its Enter. Several programs take an Enter right after a paste for a line break. */
  readonly enterDelayMs: number;
  /** The keys that interrupt its work, by the names of tmux. */
  readonly interrupt: readonly string[];
  /** The text that ends the program. */
  readonly stopText: string;
  readonly screen: ScreenPatterns;
  readonly title: TitlePatterns;
  /** True if its hooks report nothing before the end of its work: then the screen decides whether it works or waits. */
  readonly tellsOnlyEnds?: boolean;
  /** True if the program rings the bell only when it wants a person. */
  readonly ringsForPerson: boolean;
}

/** The words a program takes for its conversations. In a line for sh, `$MOSAIC_CONVERSATION` is the id. */
export interface Conversation {
  /** Begins a new one; empty if the program does so without a word. */
  readonly begin: string;
  /** Continues the agent's own one. */
  readonly resume: string;
  /** Continues the last one of the folder, as long as the id of the agent's own one is not known. */
  readonly latest?: string;
  /**
   * The way to a conversation for each agent: its id is `chosen` for it, or the hooks of the program have `told` it, or it is
   * in a `file` of its own.
   */
  readonly own: "chosen" | "told" | "file";
  /** The words of a command that choose a conversation already; undefined if the script looks for them. */
  readonly chosen: RegExp | undefined;
  /** Parts of a command with which the script adds nothing. */
  readonly unless?: readonly string[];
  /** A setting of a person that these words would replace. */
  readonly unlessSet?: PersonSetting;
}

/** A line in one of a person's own files of settings. */
export interface PersonSetting {
  /** Words of a shell for the files to search, in double quotes. */
  readonly files: readonly string[];
  /** A basic regular expression for the line. */
  readonly line: string;
}

/** The way to make a program call hooks of ours without a change to a person's files. */
export interface Hooks {
  /** A file the program reads, in the agent's runtime directory. The shell knows its path as `$mosaic_file`. */
  readonly file: { readonly name: string; readonly text: string } | undefined;
  /** Words for the command. */
  readonly words: string | undefined;
  /** A variable of the program, with its value as text between double quotes of a shell. */
  readonly variable: { readonly name: string; readonly value: string } | undefined;
  /** A part of a command, or a file of the machine, that already uses this way: then it is left alone. */
  readonly unless: { readonly command: string } | { readonly file: string } | undefined;
  /** Further words for the command, each with a condition of its own. */
  readonly further?: readonly FurtherWords[];
  /** Hooks that only a person can switch on, in a file of their own: `fleet hooks install` writes them there. */
  readonly person?: PersonHooks;
}

/** Hooks for a person's own file, in the form of claude and codex. */
export interface PersonHooks {
  /** The folder of the program: a variable with its path, and its name in the home directory. */
  readonly home: { readonly variable: string; readonly folder: string };
  /** The file in it. */
  readonly file: string;
  /** The reports, by event of the program. */
  readonly reports: readonly { readonly event: string; readonly report: string }[];
  /** In the unit of the program. */
  readonly timeout: number;
}

/** Words for a command depending on the command, or on a person's own settings. */
export interface FurtherWords {
  readonly words: string;
  /** A part of the command without which the words are left out: the decision of a person. */
  readonly onlyWith?: string;
  /** A part of the command that uses the same way already. */
  readonly unless?: string;
  /** A setting of a person that these words would replace. */
  readonly unlessSet?: PersonSetting;
}

/** The last rows of a screen, as a sign of what a program does. A test takes one row without the blanks at its end. */
export interface ScreenPatterns {
  /** A row with the prompt, with or without a text in it. */
  readonly prompt: RegExp;
  /** A row with a prompt that holds no text of a person; undefined if a row cannot tell. */
  readonly emptyPrompt: RegExp | undefined;
  /** A row that stays as long as the program works; undefined if none is known. */
  readonly busy: RegExp | undefined;
  /** Questions that only a person may answer. */
  readonly dialogs: readonly Dialog[];
  /** A row that tells a limit of the account. Its group `until` is the end of the limit, as the program writes it. */
  readonly limits: readonly RegExp[];
}

/** The title of the terminal, as a sign of what a program does. */
interface TitlePatterns {
  readonly working?: RegExp;
  readonly waiting?: RegExp;
}

/** A question of a program to a person. */
interface Dialog {
  readonly kind: "permission" | "trust" | "login" | "update" | "warning";
  readonly row: RegExp;
}
