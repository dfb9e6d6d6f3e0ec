import { quoteShortened } from "../../describe-path.ts";
import { defaultsOn, hostsOf } from "../../hosts/slice.ts";
import type { Path, Problem } from "../../problem.ts";
import type { FleetConfig } from "../../types.ts";
import { valueAt } from "../../value-at.ts";
import { isRecord } from "../../../text/json.ts";

/** A fleet as hosts with the same defaults see it. */
interface HostPart {
  /** The first of these hosts; undefined for the hosts without defaults of their own. */
  readonly host: string | undefined;
  readonly config: FleetConfig;
  /** The same as it is written. */
  readonly written: unknown;
}

/** A check of one part: of the values, and of the same as they are written. */
type PartCheck = (config: FleetConfig, written: unknown) => readonly Problem[];

/**
 * Checks each part of a fleet whose hosts have defaults of their own, because an agent is as valid as its values there. A
 * problem that only such defaults make has their line, with the name of the host. Without them, the whole is checked once.
 */
export function partProblems(config: FleetConfig, written: unknown, check: PartCheck): readonly Problem[] {
  const whole = check(config, written);
  const parts = hostParts(config, written);
  if (parts.length === 0) return whole;
  const known = new Set(whole.map(keyOf));
  const found = parts.flatMap((part) =>
    check(part.config, part.written).map((problem) =>
      part.host === undefined || known.has(keyOf(problem)) ? problem : onHost(problem, part.host, written),
    ),
  );
  return [...new Map(found.map((problem) => [keyOf(problem), problem])).values()];
}

function keyOf({ path, summary }: Problem): string {
  return JSON.stringify([path, summary]);
}

/** Returns the parts of a fleet: none if no host has defaults of its own. */
function hostParts(config: FleetConfig, written: unknown): readonly HostPart[] {
  const groups = new Map<string, string[]>();
  for (const [host, { defaults }] of Object.entries(config.hosts ?? {})) {
    const key = defaults ? JSON.stringify(defaults) : "";
    groups.set(key, [...(groups.get(key) ?? []), host]);
  }
  const plain = new Set(groups.get(""));
  groups.delete("");
  if (groups.size === 0) return [];
  const hostsByEntry = Object.keys(config.agents).map(
    (name) => [name, hostsOf(config.agents[name] ?? {}, config)] as const,
  );
  const namesOn = (isMeant: (hosts: readonly string[]) => boolean): ReadonlySet<string> =>
    new Set(hostsByEntry.flatMap(([name, hosts]) => (isMeant(hosts) ? [name] : [])));
  // An entry without a host has a problem of its own, and is checked all the same.
  const first = namesOn((hosts) => hosts.length === 0 || hosts.some((host) => plain.has(host)));
  return [
    partOf(config, written, first, undefined),
    ...[...groups.values()].map((hosts) => {
      const own = new Set(hosts);
      return partOf(
        config,
        written,
        namesOn((each) => each.some((host) => own.has(host))),
        hosts[0],
      );
    }),
  ];
}

function partOf(
  config: FleetConfig,
  written: unknown,
  names: ReadonlySet<string>,
  host: string | undefined,
): HostPart {
  const some = (entries: unknown): unknown =>
    isRecord(entries)
      ? Object.fromEntries(Object.entries(entries).filter(([name]) => names.has(name)))
      : entries;
  const top = isRecord(written) ? written : {};
  const { agents, services, defaults } = top;
  return {
    host,
    config: {
      ...config,
      defaults: host === undefined ? config.defaults : defaultsOn(config, host),
      agents: some(config.agents) as FleetConfig["agents"],
    },
    written: {
      ...top,
      hosts: undefined,
      agents: some(agents),
      services: some(services),
      defaults:
        host === undefined ? defaults : writtenDefaults(defaults, valueAt(top, ["hosts", host, "defaults"])),
    },
  };
}

/** Returns written defaults of a host over those of the fleet, as far as checks read them as they are written. */
function writtenDefaults(base: unknown, over: unknown): unknown {
  const [fleet, host] = [isRecord(base) ? base : {}, isRecord(over) ? over : {}];
  const stops = [fleet["stop"], host["stop"]].filter(isRecord);
  return {
    ...fleet,
    ...host,
    ...(stops.length === 0 ? {} : { stop: Object.assign({}, ...stops) as unknown }),
  };
}

/** Returns a problem that defaults of a host make, at their line. */
function onHost(problem: Problem, host: string, written: unknown): Problem {
  return {
    ...problem,
    summary: `host ${quoteShortened(host)}: ${problem.summary}`,
    path: pathOnHost(problem.path, ["hosts", host, "defaults"], written),
    on: "key",
    absent: undefined,
  };
}

function pathOnHost(path: Path, defaults: Path, written: unknown): Path {
  // `defaults.env.NAME` is that of the host if it has one; `agents.NAME.env` may be too large with its `env`.
  const [key, ...more] = path[0] === "defaults" ? path.slice(1) : path.slice(2);
  // The key of a default that contradicts `run` of an agent is `restart`.
  const below = key === undefined ? [] : [key === "run" ? "restart" : key, ...more];
  for (let length = below.length; length > 0; length -= 1) {
    const place = [...defaults, ...below.slice(0, length)];
    if (valueAt(written, place) !== undefined) return place;
  }
  return defaults;
}
