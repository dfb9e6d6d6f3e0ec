import type { Doubt, Obstacle, Verdict } from "../../send/delivery.ts";
import type { Problems } from "../json/shared-output.ts";

/** The result for one agent. */
interface DeliveryJson {
  readonly agent: string;
  readonly verdict: Verdict;
  /** Null for a delivered text. */
  readonly reason: Doubt | Obstacle | null;
  /** For people; its words may change. Null for a delivered text. */
  readonly message: string | null;
}

/** The results of a send, in the order of fleet.yaml. */
export interface SendJson {
  readonly formatVersion: "2.0";
  readonly text: {
    readonly bytes: number;
    readonly lines: number;
  };
  readonly agents: readonly DeliveryJson[];
}

/**
 * The output of `fleet send --json`; npm run schema writes send.schema.json from it.
 * @public
 */
export type SendDocument = SendJson | Problems;
