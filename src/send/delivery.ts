/** The result for one agent. `unconfirmed`: tmux gave the text to the program, but the screen does not show it. */
export type Verdict = "delivered" | "unconfirmed" | "not-delivered";

/** The reason of a text that was not delivered. Nothing of it has reached the agent. */
export type Obstacle =
  /** It does not run, and has no session. */
  | "service"
  | "not-running"
  /** Its command has ended; the pane shows the last screen. */
  | "ended"
  /** It is being stopped. */
  | "stopping"
  /** It was restarted in the meantime. */
  | "restarted"
  /** Somebody has turned the input of its pane off. */
  | "input-off"
  /** Its terminal reads whole lines, and a line is longer than such a terminal takes. */
  | "line-too-long"
  /** It asks a question that only a person may answer. */
  | "question"
  /** Its input line holds a text somebody has begun. */
  | "draft"
  /** Another send to it has not ended. */
  | "locked"
  /** The run was interrupted before. */
  | "interrupted"
  /** tmux has failed. */
  | "tmux-failed";

/** The reason of an unconfirmed delivery. */
export type Doubt =
  /** Its screen does not show the text. */
  | "not-shown"
  /** The text stands in the input line, without an Enter. */
  | "not-entered";

/** The end of a delivery to one agent. */
export type Delivery =
  | { readonly agent: string; readonly verdict: "delivered"; readonly wasWorking?: true }
  | {
      readonly agent: string;
      readonly verdict: "unconfirmed";
      readonly reason: Doubt;
      readonly wasWorking?: true;
    }
  | {
      readonly agent: string;
      readonly verdict: "not-delivered";
      readonly reason: Obstacle;
      /** The question, the draft, or the words of tmux. */
      readonly detail?: string | undefined;
    };

/** The reason of keys that were not pressed. */
export type KeyObstacle =
  | Exclude<Obstacle, "draft" | "line-too-long">
  /** A mode of tmux, such as copy mode, would take the keys. */
  | "in-mode"
  /** Other panes of the window would get the keys too. */
  | "synchronized";

/** The end of keys for one agent, with the number of those that its terminal has got. */
export type KeyPress =
  | { readonly agent: string; readonly verdict: "pressed"; readonly pressed: number }
  | {
      readonly agent: string;
      readonly verdict: "not-pressed";
      readonly pressed: number;
      readonly reason: KeyObstacle;
      /** The question, the mode, or the words of tmux. */
      readonly detail?: string | undefined;
    };
