import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Arrival } from "./arrivals.ts";
import { isRecord } from "../text/json.ts";

/** The place and options of a saved plan of several hosts. */
export interface HostsPlanOrigin {
  /** Version of the tool. */
  readonly version: string;
  /** Absolute path of the fleet file on the machine that asked the hosts. */
  readonly file: string;
  /** The names and options of the plan, as an apply takes them. */
  readonly words: readonly string[];
  /** ISO 8601. */
  readonly madeAt: string;
}

/** A saved plan of several hosts. */
export interface HostsPlan {
  readonly origin: HostsPlanOrigin;
  /** The saved plan of each host, which only that host can check; undefined for a host that has made none. */
  readonly hosts: ReadonlyMap<string, HostPlan | undefined>;
  readonly arrivals: readonly Arrival[];
}

/** The saved plan of one host, as far as it matters here. */
export interface HostPlan {
  readonly checksum: string;
  readonly actions: readonly object[];
  readonly refusals: readonly object[];
}

/** Returns true for the text of a saved plan of several hosts. A plan of one machine has no command. Pure. */
export function isHostsPlan(text: string): boolean {
  return /^\s*\{\s*"formatVersion":\s*"[\d.]+",\s*"fleet":\s*"[^"]*",\s*"command":/.test(text);
}

/** The hint of each saved plan of several hosts that cannot be applied. */
export const newPlanHint = "make a new plan: fleet plan --host HOSTS --out FILE";

/** Parses a saved plan of several hosts. Refuses one of another version of the tool. Pure. */
export function parseHostsPlan(text: string, shown: string, version: string): Result<HostsPlan> {
  const value = parsedPlan(text);
  if (value === undefined) return foreign(`${shown} is not a whole saved plan`);
  const { origin, hosts, moves = [] } = value;
  if (origin.version !== version)
    return foreign(`${shown} was made by mosaic-fleet ${origin.version}, and this is ${version}`);
  return ok({
    origin,
    hosts: new Map(
      Object.entries(hosts).map(([name, { result }]) => [name, isHostPlan(result) ? result : undefined]),
    ),
    arrivals: moves.map(({ agent, from, to, state }) => ({
      agent,
      from,
      to,
      because: state === "unknown" ? "unknown" : "there",
    })),
  });
}

function foreign(summary: string): Result<HostsPlan> {
  return fail("foreign-plan", summary, { detail: "Nothing was changed.", hint: newPlanHint });
}

interface Written {
  readonly origin: HostsPlanOrigin;
  readonly hosts: Readonly<Record<string, { readonly result: unknown }>>;
  readonly moves?: readonly (Pick<Arrival, "agent" | "from" | "to"> & { readonly state: string })[];
}

function parsedPlan(text: string): Written | undefined {
  try {
    const value = JSON.parse(text) as Partial<Written>;
    const { origin, hosts, moves = [] } = value;
    const isWhole =
      typeof origin?.version === "string" && Array.isArray(origin.words) && Array.isArray(moves);
    return isWhole && isRecord(hosts) && Object.values(hosts).every(isRecord)
      ? (value as Written)
      : undefined;
  } catch {
    return undefined;
  }
}

function isHostPlan(value: unknown): value is HostPlan {
  const { checksum, actions, refusals } = (value ?? {}) as Partial<HostPlan>;
  return typeof checksum === "string" && Array.isArray(actions) && Array.isArray(refusals);
}
