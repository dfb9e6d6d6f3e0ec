import { allowedBy } from "./allowances.ts";
import type { PlanOptions } from "./types.ts";

/** As `fleet apply` without flags plans: the whole fleet, and nothing is allowed beyond the file. */
export const cautious: PlanOptions = { only: undefined, ...allowedBy({}) };
