import serviceUnit from "../../../units/mosaic-service.service";
import type { Layout } from "../layout.ts";
import { forFleet } from "./shared-files.ts";

/**
 * Returns the unit file of a service without its mark. `settings` is what would be the drop-in of an agent: systemd reads the
 * sections of a file as one, and the last value counts.
 */
export function renderServiceUnit(settings: string, layout: Layout): string {
  return `${forFleet(serviceUnit, layout)}${settings === "" ? "" : `\n# As fleet.yaml has it.\n${settings}`}`;
}
