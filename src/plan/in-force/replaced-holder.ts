import type { Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import type { Change } from "../change.ts";
import { unitOverrides } from "./unit-overrides.ts";

/**
 * Returns the obstacle to starts: systemd reads another holder than the fleet's, or none. Undefined if there
 * is no obstacle.
 */
export function replacedHolder(observed: Observed, layout: Layout): Change | undefined {
  const { replacedBy, maskedBy } = unitOverrides(observed, layout)(layout.holderUnit);
  if (maskedBy !== undefined) return { reason: "unit-masked", unit: layout.holderUnit };
  return replacedBy === undefined ? undefined : { reason: "unit-replaced", path: replacedBy };
}
