import { hostname } from "node:os";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { findHost, type FoundHost } from "../hosts/find-host.ts";
import { sliceFor } from "../hosts/slice.ts";
import type { FleetConfig } from "../types.ts";

/** A part of a fleet. */
interface Part {
  readonly config: FleetConfig;
  readonly host: FoundHost | undefined;
}

/** Returns the part of a fleet for this machine, or for MOSAIC_FLEET_HOST; all of a fleet without hosts. */
export function ownPart(config: FleetConfig): Result<Part> {
  if (config.hosts === undefined) return ok({ config, host: undefined });
  const asked = process.env["MOSAIC_FLEET_HOST"] || undefined;
  const host = findHost(config.hosts, { asked, hostname: hostname() });
  return host.ok ? ok({ config: sliceFor(config, host.value.name), host: host.value }) : host;
}
