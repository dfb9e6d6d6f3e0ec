import type { ActivitySource } from "../../activity/activity.ts";
import type { PastAction, WatchEvent } from "../../events/watch-events.ts";
import type { Block, Leave, Wait } from "../../plan/agent-plan.ts";
import type { HindranceNote, PlainNote } from "../../plan/note.ts";
import type {
  DeviationJson,
  DiagnosticJson,
  Problems,
  ReasonJson,
  RefusalJson,
  SharedFileJson,
} from "../json/shared-output.ts";
import type { SourceTroubleJson } from "../source/trouble-json.ts";
import type { SuspensionJson } from "../json/suspension-json.ts";

/** A type with another name for one key, for each member of a union. The generator of the schema knows it by name. */
export type Renamed<T, From extends string, To extends string> =
  T extends Readonly<Record<From, infer Value>> ? Omit<T, From> & { readonly [K in To]: Value } : never;

/** An event whose data is printed as it is. */
export type PlainEvent = Exclude<
  WatchEvent,
  {
    readonly kind:
      | "file-rejected"
      | "shared-changed"
      | "changed"
      | "waiting"
      | "blocked"
      | "completed"
      | "activity"
      | "deviation"
      | "refused"
      | "note"
      | "plan-note"
      | "source-refused"
      | "problem";
  }
>;

/** An event as printed. */
export type WatchEventJson =
  | Renamed<PlainEvent, "kind", "event">
  | FileRejectedJson
  | SharedChangedJson
  | ChangedJson
  | WaitingJson
  | BlockedJson
  | CompletedJson
  | ActivityEventJson
  | DeviationEventJson
  | RefusedJson
  | NoteEventJson
  | PlanNoteJson
  | HindranceEventJson
  | SourceRefusedJson
  | ProblemEventJson;

/** fleet.yaml cannot be followed. */
interface FileRejectedJson {
  readonly event: "file-rejected";
  readonly file: string;
  readonly diagnostics: readonly DiagnosticJson[];
  /** True if an earlier text of it is in force. */
  readonly inForce: boolean;
}

/** The Git source is not followed. */
interface SourceRefusedJson {
  readonly event: "source-refused";
  readonly trouble: SourceTroubleJson;
  /** True if an earlier revision is in force. */
  readonly inForce: boolean;
}

/** A file of all agents was changed. */
type SharedChangedJson = { readonly event: "shared-changed" } & ReasonJson & SharedFileJson;

/** An agent was changed. */
interface ChangedJson {
  readonly event: "changed";
  readonly agent: string;
  readonly action: PastAction;
  readonly changes: readonly ReasonJson[];
  /** True if somebody stopped it, perhaps without knowing about the watch. */
  readonly wasStopped: boolean;
  /** It was killed after so many ms, because it had not ended by itself. */
  readonly killedAfterMs?: number;
}

/** An agent has to wait for its changes. */
type WaitingJson = {
  readonly event: "waiting";
  readonly agent: string;
  readonly changes: readonly ReasonJson[];
} & WatchWaitJson;

/** A wait. The event says the rest. */
export type WatchWaitJson =
  | (Omit<Wait, "action" | "cost"> & MaybeSuspended)
  | (Omit<Leave, "action" | "cost"> & {
      /** The request to leave it alone. */
      readonly suspended: SuspensionJson;
    });

interface MaybeSuspended {
  /** The request to leave it alone, next to an action that does not follow it. */
  readonly suspended?: SuspensionJson | undefined;
}

/** An agent cannot be changed. */
interface BlockedJson extends Omit<Block, "action" | "cost">, MaybeSuspended {
  readonly event: "blocked";
  readonly agent: string;
  readonly changes: readonly ReasonJson[];
}

/** A job has done its work. */
interface CompletedJson {
  readonly event: "completed";
  readonly agent: string;
  /** ISO 8601; null if unknown. */
  readonly at: string | null;
}

/** An agent waits for a person, has reached a limit, or has done its work. */
interface ActivityEventJson {
  readonly event: "activity";
  readonly agent: string;
  readonly state: "waiting" | "limited" | "idle";
  /** The question or the end of the limit, in the program's words; null if there is nothing to say. */
  readonly reason: string | null;
  /** ISO 8601. */
  readonly since: string;
  readonly source: ActivitySource;
}

/** A difference from fleet.yaml that stays. */
interface DeviationEventJson {
  readonly event: "deviation";
  readonly deviation: DeviationJson;
}

/** A guard refuses the plan. */
type RefusedJson = { readonly event: "refused" } & RefusalJson;

/** Something to know about the watch itself. */
interface NoteEventJson {
  readonly event: "note";
  /** For people. Its words may change. */
  readonly text: string;
}

/** A note of a plan: its kind in `about`, and its data. */
type PlanNoteJson = {
  readonly event: "note";
  /** For people. Its words may change. */
  readonly text: string;
} & Renamed<PlainNote, "kind", "about">;

/** A note on an obstacle for the whole fleet. */
interface HindranceEventJson extends Omit<HindranceNote, "kind" | "change"> {
  readonly event: "note";
  readonly about: "hindrance";
  readonly change: ReasonJson;
  /** For people. Its words may change. */
  readonly text: string;
}

/** The machine cannot be read, or something could not be done. */
interface ProblemEventJson {
  readonly event: "problem";
  readonly diagnostics: readonly DiagnosticJson[];
}

/** One line. */
export type WatchLine = {
  readonly formatVersion: "2.0";
  /** The time of the event, in ISO 8601. */
  readonly time: string;
} & WatchEventJson;

/**
 * A line of `fleet watch --json`; npm run schema writes watch.schema.json from it.
 * @public
 */
export type WatchDocument = WatchLine | Problems;
