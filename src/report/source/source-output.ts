import type { Problems } from "../json/shared-output.ts";
import type { SourceTroubleJson } from "./trouble-json.ts";

/** The Git source of a fleet. */
export interface SourceJson {
  readonly formatVersion: "1.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** The path of source.yaml. */
  readonly file: string;
  /** The address of the repository. */
  readonly git: string;
  /** The branch or tag, in full. */
  readonly ref: string;
  /** The path of the fleet file in the repository. */
  readonly path: string;
  /** The host this machine is; null if its name tells. */
  readonly host: string | null;
  readonly intervalMs: number;
  /** The commits that need a signature: none, the newest one, all since the applied one, or the tag. */
  readonly verify: "none" | "head" | "all" | "tag";
  /** The commit whose files are in place; null for none. */
  readonly placed: string | null;
  /** The last applied commit; null for none. */
  readonly applied: AppliedJson | null;
  /** The newest commit of the last fetch since the last boot; null for none. */
  readonly newest: string | null;
  /** The time of the last pass since the last boot, ISO 8601; null for none. */
  readonly seenAt: string | null;
  /** The commit a person has pinned; null for none. */
  readonly pin: OrderJson | null;
  /** The agents this machine does not start yet; null if the files in place cannot be read. */
  readonly waiting: readonly WaitingAgentJson[] | null;
  /** The reason for not following the newest commit; null if there is none. */
  readonly trouble: SourceTroubleJson | null;
}

/** A commit that was applied. */
interface AppliedJson {
  readonly revision: string;
  /** The signer, by the file of allowed signers; null if no signature was demanded. */
  readonly signer: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** An agent that has to end on another host before it starts here. */
interface WaitingAgentJson {
  readonly agent: string;
  /** The host that has it, or may have it. */
  readonly from: string;
  /** `move`: by the table, it is on its way. `held`: it was there by the applied table, and no move has brought it here. */
  readonly why: "move" | "held";
}

/** The word of a person about a commit. */
interface OrderJson {
  readonly revision: string;
  /** The account. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * The output of `fleet source --json`; npm run schema writes source.schema.json from it.
 * @public
 */
export type SourceDocument = SourceJson | Problems;
