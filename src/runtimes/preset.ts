/** The facts about an agent's program: how to talk to it, and how its screen tells what it does. */
export interface Preset {
  /** The version of the program that the preset was made for; undefined for any. */
  readonly madeFor: string | undefined;
  /** A line for sh that starts a new conversation. */
  readonly command: string;
  /** A line for sh that continues the last conversation of the folder; undefined if the program does that by itself. */
  readonly resume: string | undefined;
  /** ms from a pasted text to its Enter. Several programs take an Enter right after a paste for a line break. */
  readonly enterDelayMs: number;
  /** The keys that interrupt its work, by the names of tmux. */
  readonly interrupt: readonly string[];
  /** The text that ends the program. */
  readonly stopText: string;
  readonly screen: ScreenPatterns;
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

/** A question of a program to a person. */
export interface Dialog {
  readonly kind: "permission" | "trust" | "login" | "update" | "warning";
  readonly row: RegExp;
}
