import type { UiFleet } from "../../../src/ui/protocol.ts";

/** Returns what a page knows about a fleet on one machine, except for `fields`. */
export function uiFleetOf(fields: Partial<UiFleet>): UiFleet {
  return {
    fleet: "mosaic",
    file: "/home/ada/fleet.yaml",
    host: null,
    hosts: [],
    version: "0.1.0",
    watch: null,
    holder: "active",
    notes: [],
    problems: [],
    seenAt: 1,
    ...fields,
  };
}
