import type { FleetConfig } from "../config/types.ts";
import type { Desired } from "../desired/types.ts";
import type { Observed } from "./types.ts";

/** Both sides of a comparison. */
export interface Survey {
  readonly config: FleetConfig;
  readonly desired: Desired;
  readonly observed: Observed;
}
