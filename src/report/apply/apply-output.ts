import type { AgentFailure, KilledAgent } from "../../events/apply-events.ts";
import type { DiagnosticJson, Problems } from "../json/shared-output.ts";
import type { PlanJson } from "../plan/plan-output.ts";

/** The result of one run: its plan, the ids of its actions by their outcome, and the agents that do not run. */
export interface ApplyJson {
  readonly formatVersion: "2.0";
  readonly plan: PlanJson;
  /** The ids of the actions that were done. */
  readonly done: readonly string[];
  /** The ids of the actions that were tried and are not known to be done. */
  readonly failed: readonly string[];
  /** The part of `failed` with an unknown effect. */
  readonly unknown: readonly string[];
  /** The part of `failed` whose agents wait for their turn to start: systemd starts them then. */
  readonly queued: readonly string[];
  /** The ids of the actions that were not tried: another one failed, the run ended early, or nobody agreed. */
  readonly skipped: readonly string[];
  /** The part of `skipped` whose agents keep running as before, because they restart in turns. */
  readonly stayed: readonly {
    readonly id: string;
    readonly agent: string;
    /** Agents before it do not run, none of its group starts, it is busy or changed, or the machine was not observed. */
    readonly why: "failed" | "held" | "changed" | "unknown" | "interrupted";
    /** The agents that do not run. */
    readonly behind: readonly string[];
  }[];
  /** The name of the signal that ended the run early; null if none did. */
  readonly interruptedBy: string | null;
  /** False if it is not known whether the started agents run. */
  readonly verified: boolean;
  /** The started agents that do not run. */
  readonly agentsFailed: readonly AgentFailure[];
  /** The agents that did not end by themselves and were killed. */
  readonly agentsKilled: readonly KilledAgent[];
  /** The reasons for failed and skipped actions. */
  readonly diagnostics: readonly DiagnosticJson[];
}

/** The runs after the first one, in order. */
interface Later {
  /** Only with --wait-idle: the runs for agents that became idle later, and the problems of the wait. */
  readonly later?: readonly (ApplyJson | Problems)[];
}

/**
 * The output of the commands that change a fleet; npm run schema writes apply.schema.json from it.
 * @public
 */
export type ApplyDocument = (ApplyJson | Problems) & Later;
