import serviceUnit from "../../../units/mosaic-service.service";
import type { Layout } from "../layout.ts";
import { forFleet, hostVariable, withEnvironment } from "./shared-files.ts";

/**
 * Returns the unit file of a service without its mark. `settings` is what would be the drop-in of an agent: systemd reads the
 * sections of a file as one, and the last value counts. `host` is the name of this host in a fleet with several.
 */
export function renderServiceUnit(settings: string, layout: Layout, host?: string): string {
  const unit = withEnvironment(forFleet(serviceUnit, layout), hostVariable(host));
  return `${unit}${settings === "" ? "" : `\n# As fleet.yaml has it.\n${settings}`}`;
}
