import type { Doubt, KeyObstacle, KeyPress, Obstacle, Verdict } from "../../send/delivery.ts";
import type { Problems } from "../json/shared-output.ts";

/** The result for one agent. */
export interface DeliveryJson {
  readonly agent: string;
  readonly verdict: Verdict;
  /** True if the agent has got the text while it was working. */
  readonly wasWorking: boolean;
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

/** The result for one agent, as a line of its own as soon as it is known. */
export interface DeliveryLineJson extends DeliveryJson {
  readonly formatVersion: "2.0";
}

/** The result of keys for one agent. */
interface KeyPressJson {
  readonly agent: string;
  readonly verdict: KeyPress["verdict"];
  /** The number of keys its terminal has got. */
  readonly pressed: number;
  /** Null if all keys were pressed. */
  readonly reason: KeyObstacle | null;
  /** For people; its words may change. Null if all keys were pressed. */
  readonly message: string | null;
}

/** The results of keys, in the order of fleet.yaml. */
export interface KeysJson {
  readonly formatVersion: "2.0";
  readonly keys: readonly string[];
  readonly agents: readonly KeyPressJson[];
}

/**
 * The output of `fleet send --json` and `fleet keys --json`, and one line of `fleet send -o jsonl`; npm run schema writes
 * send.schema.json from it.
 * @public
 */
export type SendDocument = SendJson | DeliveryLineJson | KeysJson | Problems;
