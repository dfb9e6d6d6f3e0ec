import type { Reason } from "../../plan/change.ts";
import type { Preconditions } from "../../plan/saved/preconditions.ts";
import type { Origin } from "../../plan/saved/saved-plan.ts";
import type { Cost, Summary, Unmanaged } from "../../plan/types.ts";
import type {
  ChangeJson,
  DeviationJson,
  NoteJson,
  Problems,
  RefusalJson,
  SharedFileJson,
} from "../json/shared-output.ts";
import type { StepJson } from "../json/step-json.ts";

/** A difference of a file or folder shared by all agents. */
type SharedChangeJson = ChangeJson & SharedFileJson;

/** An agent, with all that differs from its declaration. */
export type AgentPlanJson = StepJson & {
  readonly name: string;
  /** Only of an entry of `services`. */
  readonly kind?: "service" | undefined;
  /** Everything that differs. */
  readonly changes: readonly ChangeJson[];
};

/** One action. The words of `kind` are written out, for the generator of the schema; planJson checks them. */
interface ActionJson {
  /** `KIND:TARGET`, unique in a plan, and the same in every plan that does the same thing. */
  readonly id: string;
  readonly kind:
    | "write-file"
    | "link"
    | "remove-file"
    | "unlink"
    | "set-mode"
    | "daemon-reload"
    | "reset-failed"
    | "start"
    | "stop"
    | "restart"
    | "kill-session"
    | "recreate-socket"
    | "tag"
    | "log"
    | "windows";
  /** A path, a unit, a session or a pane. */
  readonly target: string;
  readonly agent?: string | undefined;
  readonly reason: Reason;
  readonly cost: Cost;
}

/** A plan as printed. Keys may be added without a new formatVersion. */
export interface PlanJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  readonly summary: Summary;
  /** Every agent that is declared or there, in the natural order of their names: coder-2 before coder-10. */
  readonly agents: readonly AgentPlanJson[];
  /** Changes to files shared by all agents. */
  readonly shared: readonly SharedChangeJson[];
  /** In the order of execution. */
  readonly actions: readonly ActionJson[];
  /** Things that look like an agent of this fleet but do not carry its mark. */
  readonly unmanaged: readonly Unmanaged[];
  readonly notes: readonly NoteJson[];
  readonly deviations: readonly DeviationJson[];
  /** An obstacle for the whole fleet. */
  readonly hindrance?: ChangeJson | undefined;
  /** Guards that refuse the plan as a whole. */
  readonly refusals: readonly RefusalJson[];
}

/** The lines of a file that differ. */
interface FileDiffJson {
  /** Absolute. */
  readonly path: string;
  /** Lines beginning with -, +, a blank or @@. Secrets are masked. */
  readonly diff: readonly string[];
}

interface SavedActionJson extends ActionJson {
  /** Only in a saved plan: the preconditions of the action, by name. It is done only as long as they hold. */
  readonly fingerprint?: Preconditions;
}

/** Output with a plan: that of `fleet plan --json` and `fleet diff --json`, and a saved plan. */
interface PlanOutput extends Omit<PlanJson, "actions"> {
  /** In the order of execution. */
  readonly actions: readonly SavedActionJson[];
  /** Only from `fleet diff --json`: every file that is written or removed, sorted by path. */
  readonly files?: readonly FileDiffJson[];
  /** Only from `fleet diff --json`: differences between what waiting agents run with (-) and will start with (+). */
  readonly running?: readonly { readonly agent: string; readonly diff: readonly string[] }[];
  /** Only in a saved plan. */
  readonly origin?: Origin;
  /**
   * Only in a saved plan: over all else, with a key of the machine that made it.
   * @pattern ^[0-9a-f]+$
   */
  readonly checksum?: string;
}

/**
 * The output of the commands about plans; npm run schema writes plan.schema.json from it.
 * @public
 */
export type PlanDocument = PlanOutput | Problems;
