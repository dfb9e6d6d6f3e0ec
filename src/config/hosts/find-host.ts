import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Hosts } from "./slice.ts";

/** The host whose part of a fleet a command reads. */
export interface FoundHost {
  readonly name: string;
  /** True if it is this machine. Another one can be read, and not changed. */
  readonly isHere: boolean;
}

/** The names by which a command finds its host. */
interface Names {
  /** The host to read. */
  readonly asked: string | undefined;
  /** The host this machine is, if source.yaml says it. */
  readonly here?: string | undefined;
  readonly hostname: string;
}

/**
 * Finds the host of a command: `asked`, or the one with the name of this machine, in full or up to the first dot. A machine
 * that is none of the hosts is an error, and no host without agents: its name may have changed.
 */
export function findHost(hosts: Hosts, { asked, here: known, hostname }: Names): Result<FoundHost> {
  const here = known ?? hostWithName(hosts, hostname);
  const name = asked ?? here;
  if (name !== undefined && Object.hasOwn(hosts, name)) return ok({ name, isHere: name === here });
  const declared = Object.keys(hosts).join(", ");
  if (asked === undefined && known !== undefined)
    return fail("unknown-host", `source.yaml says host: ${known}, which is no host of this fleet`, {
      detail: `The hosts are: ${declared}. Nothing was changed, and agents on this machine continue.`,
    });
  if (asked !== undefined)
    return fail(
      "unknown-host",
      `MOSAIC_FLEET_HOST is ${JSON.stringify(asked)}, which is no host of this fleet`,
      {
        detail: `The hosts are: ${declared}.`,
      },
    );
  return fail("unknown-host", `this machine, ${hostname}, is no host of this fleet`, {
    detail: `The hosts are: ${declared}. Nothing was changed, and agents on this machine continue.`,
    hint: `add it to hosts, with hostname: ${hostname} if it has another name there; or set MOSAIC_FLEET_HOST to look at another host`,
  });
}

/**
 * Returns the host of a question from another machine: it is here, unless this machine has the name of
 * another host. Then the connection went to the wrong machine, and each of the two would lose its agents.
 */
export function askedHost(hosts: Hosts, name: string, hostname: string): Result<FoundHost> {
  const here = hostWithName(hosts, hostname);
  if (!Object.hasOwn(hosts, name)) return fail("unknown-host", `there is no host ${name}`);
  if (here === undefined || here === name) return ok({ name, isHere: true });
  return fail("unknown-host", `the connection to host ${name} reached the machine of host ${here}`, {
    detail: `The name of the machine is ${hostname}. Nothing was changed.`,
    hint: `check the address of ${name} in ~/.ssh/config, its ssh in fleet.yaml, and hostname of both`,
  });
}

/** Refuses the part of this machine, because fleet.yaml says to leave it alone. */
export function ignoredHere(name: string): Result<never> {
  return fail("unknown-host", `this machine is host ${name}, which is ignored`, {
    detail: "fleet.yaml says state: ignore. Nothing was changed, and agents on this machine continue.",
    hint: `remove state: ignore from host ${name} to change its agents again`,
  });
}

/** Returns the declared host of a machine. */
export function hostWithName(hosts: Hosts, hostname: string): string | undefined {
  const full = hostname.toLowerCase();
  const [short] = full.split(".");
  const hostWithHostname = (wanted: string | undefined): string | undefined =>
    Object.entries(hosts).find(([name, host]) => (host.hostname ?? name).toLowerCase() === wanted)?.[0];
  return hostWithHostname(full) ?? hostWithHostname(short);
}
