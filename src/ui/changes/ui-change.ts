/** A problem, in the words of the command line. */
export interface UiProblem {
  readonly summary: string;
  /** `fleet.yaml:3:5`; null if it is in no file. */
  readonly place: string | null;
  readonly detail: string | null;
  readonly hint: string | null;
}

/** The changes that a page may ask for. */
export const changeVerbs = ["apply", "rollback", "restart", "start", "stop", "suspend", "resume"] as const;

/** A change that somebody asks for on a page. */
export interface UiChange {
  readonly verb: (typeof changeVerbs)[number];
  /** The names of agents, of other hosts as HOST/AGENT. Without any, and without hosts, an apply is of this machine. */
  readonly agents: readonly string[];
  /** Other hosts, with all of their agents; for an apply. */
  readonly hosts?: readonly string[] | undefined;
  /** True to change busy agents, too; for an apply. */
  readonly now: boolean;
  /** The flags of guards that somebody has typed, to lift them. */
  readonly allow: readonly string[];
  /** The id of the state of fleet.yaml to go back to; for a rollback, of this machine. */
  readonly revision?: string | undefined;
}

/** The plan of a change on one machine, or the reasons why there is none. */
export interface UiMachinePlan {
  /** The other host; null for this machine. */
  readonly host: string | null;
  /** The JSON of a plan, as of `fleet plan --json`; null for a change that touches no running agent. */
  readonly plan: object | null;
  readonly problems: readonly UiProblem[];
  /** True if it can be carried out now. */
  readonly canRun: boolean;
  /** The changes of fleet.yaml and its files; for a rollback. */
  readonly edits?: readonly UiEdit[];
  /** Sentences to read before an agreement; for a rollback. */
  readonly warnings?: readonly string[];
}

/** The plan of a change. Each machine has its own, and none of them keeps another from its change. */
export interface UiPlanned {
  readonly parts: readonly UiMachinePlan[];
  /** True if a part of it can be carried out now. */
  readonly canRun: boolean;
}

/** The end of a change on one machine. */
export interface UiEnd {
  /** The other host; null for this machine. */
  readonly host: string | null;
  /** The exit code of its command; null if that is unknown. */
  readonly code: number | null;
}

/** The result of a text for one agent. */
export interface UiDelivery {
  readonly agent: string;
  /** `unconfirmed`: its terminal has got the text, but its screen does not show it. */
  readonly verdict: "delivered" | "unconfirmed" | "not-delivered";
  /** The reason in words; null for a delivered text. */
  readonly message: string | null;
}

/** Some results of a text, or the reasons why it went nowhere. */
export interface UiSent {
  readonly deliveries: readonly UiDelivery[];
  readonly problems: readonly UiProblem[];
}

/** The lines of the difference of a fleet file, from now (`-`) to an earlier state (`+`). Secrets are masked. */
export interface UiEdit {
  readonly path: string;
  readonly diff: readonly string[];
}

/** The difference of the fleet's files to an earlier state. */
export interface UiRevision {
  readonly revision: string;
  readonly files: readonly UiEdit[];
}
