import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { askedHost, findHost, hostWithName, ignoredHere, type FoundHost } from "../hosts/find-host.ts";
import { isIgnored, sliceFor, type Hosts } from "../hosts/slice.ts";
import type { FleetConfig } from "../types.ts";
import { readText } from "./read-text.ts";

/** A part of a fleet. */
interface OwnPart {
  readonly config: FleetConfig;
  readonly host: FoundHost | undefined;
}

/** The names of this machine others tell. */
interface ToldNames {
  /** The host this machine is, if its name does not tell. */
  readonly known?: string | undefined;
  /** The name of this host, if another machine asks for its part. */
  readonly asked?: string | undefined;
}

interface PartWanted extends ToldNames {
  /** Agents to be ended elsewhere before they start, each with its former host; by default from fleet.place.json. */
  readonly waits?: Readonly<Record<string, string>> | undefined;
}

/**
 * Returns the part of a fleet for this machine, or for MOSAIC_FLEET_HOST; all of a fleet without hosts. `file` is the
 * absolute path of fleet.yaml.
 */
export async function ownPart(
  config: FleetConfig,
  file: string,
  { known, asked: askedByOther, waits }: PartWanted = {},
): Promise<Result<OwnPart>> {
  if (config.hosts === undefined) return ok({ config, host: undefined });
  const asked = process.env["MOSAIC_FLEET_HOST"] || undefined;
  const host =
    askedByOther === undefined
      ? findHost(config.hosts, {
          asked,
          here: known ?? (await hostOfMachine(config.hosts, file)),
          hostname: hostname(),
        })
      : askedHost(config.hosts, askedByOther, hostname());
  if (!host.ok) return host;
  const { name, isHere } = host.value;
  if (isHere && isIgnored(config, name)) return ignoredHere(name);
  return ok({ config: sliceFor(config, name, waits), host: host.value });
}

/** Returns the host this machine is, by the source.yaml behind fleet.yaml or by its name; undefined for none. */
export async function hostOfMachine(hosts: Hosts, file: string): Promise<string | undefined> {
  return (await hostOfSource(file)) ?? hostWithName(hosts, hostname());
}

/** Returns the host in the source.yaml behind a fetched fleet file; undefined for any other file. */
async function hostOfSource(file: string): Promise<string | undefined> {
  if (basename(dirname(file)) !== "pulled") return undefined;
  const path = join(dirname(dirname(file)), "source.yaml");
  const text = readText(path, path);
  if (text?.ok !== true) return undefined;
  const { parseSource } = await import("../source/parse-source.ts");
  const settings = parseSource(text.value, path);
  return settings.ok ? settings.value.host : undefined;
}
