import fc, { type Arbitrary } from "fast-check";
import type { AgentConfig, AgentDefaults, FleetConfig } from "../../../src/config/types.ts";
import { formerNames, replicaNames } from "../../../src/config/schema/replicas.ts";
import { layoutOf } from "../../../src/desired/layout.ts";
import { resolveFleet } from "../../../src/desired/agent/resolve.ts";
import type { Desired } from "../../../src/desired/types.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import type { Plan, PlanOptions } from "../../../src/plan/types.ts";
import { drift, misfortuneNames, strangerNames, transitionNames, type Happening } from "./drift.ts";
import { apply } from "./model.ts";
import { account, inputsOf, type Surroundings } from "./resolved.ts";
import { emptyWorld, observedOf, type World } from "./world.ts";

/** Everything is allowed. */
export const bold: PlanOptions = { only: undefined, now: true, allowRemoveAll: true, allowSelf: true };

/** Nothing is allowed beyond the file. */
export const shy: PlanOptions = { only: undefined, now: false, allowRemoveAll: false, allowSelf: false };

/** Names with a common prefix, and one that every object has. */
const names = ["a", "b", "can", "canary", "constructor", "zoo"] as const;
const secret = "/home/ada/secret.env";

const maybe = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

const env = fc.dictionary(
  fc.constantFrom("CI", "MODEL", "constructor", "toString"),
  fc.constantFrom("1", 'a "b"', ""),
  {
    maxKeys: 2,
  },
);

const defaults: Arbitrary<AgentDefaults> = fc.record(
  {
    env,
    onChange: fc.constantFrom("restart", "when-idle", "keep"),
    envFiles: fc.constant([secret]),
    resources: fc.record({ memoryMax: fc.constantFrom("1G", "2G") }),
    runtime: fc.constantFrom("claude", "toString"),
  },
  { requiredKeys: [] },
);

const agent: Arbitrary<AgentConfig> = fc.record(
  {
    command: fc.constantFrom<string | string[]>("sleep 1", ["sleep", "2"]),
    runtime: fc.constantFrom("claude", "toString"),
    workdir: fc.constantFrom("~/src", "/srv"),
    env,
    envFiles: fc.constant([secret]),
    state: fc.constantFrom("running", "stopped"),
    replicas: fc.integer({ min: 1, max: 3 }),
    formerly: fc.oneof(fc.constantFrom(...names), fc.subarray([...names, "a-1", "zoo-2"], { minLength: 1 })),
    dependsOn: fc
      .subarray(["a", "b"])
      .map((targets) => targets.map((target) => ({ target, until: "started" as const }))),
    onChange: fc.constantFrom("restart", "when-idle", "keep"),
    protect: fc.boolean(),
    description: fc.constantFrom("one", "two"),
    stopTimeout: fc.constantFrom(1000, 5000),
    // With a limit of 1, an agent waiting for its restart is started by its dependents and once more by the plan.
    // This is once too often: it takes one more apply.
    restart: fc.record({ limit: fc.integer({ min: 2, max: 4 }) }),
    resources: fc.record({ tasksMax: fc.integer({ min: 1, max: 2 }) }),
    service: fc.constant(true as const),
    schedule: fc.constantFrom("daily", "hourly"),
  },
  { requiredKeys: [] },
);

/** Returns an entry as parsing gives it: a service has a command, and neither a runtime nor a time of being idle. */
function parsed(written: AgentConfig, isService: boolean): AgentConfig {
  const { runtime, service, schedule, ...rest } = written;
  // Most agents run all the time.
  const isScheduled = schedule !== undefined && rest.description === "two";
  const entry = isScheduled ? { ...rest, schedule } : rest;
  if (!isService) return { ...entry, ...(runtime === undefined ? {} : { runtime }) };
  const { command = "serve", onChange } = entry;
  return {
    ...entry,
    command,
    ...(onChange === "when-idle" ? { onChange: "restart" } : {}),
    ...(service === undefined ? {} : { service }),
  };
}

const agents = fc.dictionary(fc.constantFrom(...names), agent, { maxKeys: 5 }).map((all) =>
  Object.fromEntries(
    Object.entries(all).map(([name, entry]) => [
      name,
      // An agent cannot depend on an undeclared or later one: parsing would refuse it.
      {
        ...parsed(entry, entry.service === true && entry.protect !== true),
        dependsOn: entry.dependsOn?.filter(({ target }) => target < name && Object.hasOwn(all, target)),
      },
    ]),
  ),
);

/** A small fleet, such as parsing may give. */
const fleet: Arbitrary<FleetConfig> = fc.record({
  version: fc.constant(1 as const),
  name: fc.constant("mosaic"),
  tmux: fc.record({ socket: fc.constant("mosaic-factory"), config: maybe(fc.constant("~/tmux.conf")) }),
  runtimes: fc.record({
    claude: fc.record(
      {
        command: fc.constantFrom("claude", "claude --new"),
        start: fc.record({ parallel: fc.integer({ min: 1, max: 2 }) }),
      },
      { requiredKeys: ["command"] },
    ),
  }),
  defaults,
  agents,
});

/** Returns the same fleet without the former names that parsing would refuse. */
function withValidRenames(config: FleetConfig): FleetConfig {
  const entries = Object.entries(config.agents);
  const declared = new Set(
    entries.flatMap(([name, { replicas }]) => [name, ...replicaNames(name, replicas)]),
  );
  const claimed = new Set<string>();
  const valid = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { formerly, ...entry }]) => {
      const wanted = typeof formerly === "string" ? [formerly] : (formerly ?? []);
      const kept = wanted.filter((former) => {
        if (former === name ? entry.replicas === undefined : declared.has(former)) return false;
        const claims = formerNames(name, entry.replicas, former).flatMap((each) => each.former);
        if (claims.some((claim) => claimed.has(claim))) return false;
        for (const claim of claims) claimed.add(claim);
        return true;
      });
      return [name, kept.length === 0 ? entry : { ...entry, formerly: kept }] as const;
    });
  return { ...config, agents: Object.fromEntries(valid) };
}

/** An edit of a fleet: the agents taken from another one, and if the rest is taken too. */
const edit = fc.record({ agents: fc.subarray([...names]), rest: fc.boolean() });

function edited(
  before: FleetConfig,
  other: FleetConfig,
  { agents: changed, rest }: { agents: string[]; rest: boolean },
): FleetConfig {
  const agentsOf = ({ agents: all }: FleetConfig, isChanged: boolean) =>
    Object.entries(all).filter(([name]) => changed.includes(name) === isChanged);
  const merged = Object.fromEntries([...agentsOf(before, false), ...agentsOf(other, true)]);
  return { ...(rest ? other : before), agents: merged };
}

const surroundings: Arbitrary<Surroundings> = fc.record({
  envFiles: fc.record({ [secret]: fc.constantFrom("KEY=1", "KEY=2") }),
});
const poorSurroundings: Arbitrary<Surroundings> = fc.record({
  envFiles: fc.record({ [secret]: fc.constantFrom("KEY=1", undefined) }),
  missingWorkdirs: fc.subarray(["/srv", "/home/ada/src"]),
});

const misfortunes = (): Arbitrary<Happening[]> => happeningsOf(misfortuneNames);
const transitions = (): Arbitrary<Happening[]> => happeningsOf([...misfortuneNames, ...transitionNames]);
const everything = (): Arbitrary<Happening[]> => happeningsOf([...misfortuneNames, ...strangerNames]);

function happeningsOf(kinds: readonly Happening["what"][]): Arbitrary<Happening[]> {
  return fc.array(fc.record({ what: fc.constantFrom(...kinds), pick: fc.nat({ max: 20 }) }), {
    maxLength: 5,
  });
}

/** A machine on which one fleet was applied and things have happened since, and the present declaration. */
export interface Case {
  readonly before: FleetConfig;
  readonly config: FleetConfig;
  readonly world: World;
  readonly desired: Desired;
  /** For the report of a failing case: the events before it, without the texts of files. */
  readonly [fc.toStringMethod]: () => string;
}

/** Cases in which everything is the fleet's own, and nothing is in the way. */
export const freeCase: Arbitrary<Case> = caseOf(misfortunes(), surroundings, withoutProtection);

/** Cases with agents that may be just starting or stopping. */
export const movingCase: Arbitrary<Case> = caseOf(transitions(), surroundings, withoutProtection);

/** Cases with other people's things among the fleet's own, and with missing folders and envFiles. */
export const anyCase: Arbitrary<Case> = caseOf(
  everything(),
  fc.oneof(surroundings, poorSurroundings),
  (config) => config,
);

/** Cases in which nothing has happened since the first apply but an edit of fleet.yaml. */
export const editCase: Arbitrary<Case> = caseOf(fc.constant([]), fc.constant(undefined), (config) => config);

function caseOf(
  happenings: Arbitrary<Happening[]>,
  around: Arbitrary<Surroundings | undefined>,
  adapt: (config: FleetConfig) => FleetConfig,
): Arbitrary<Case> {
  return fc
    .tuple(fleet, fleet, edit, surroundings, happenings, around)
    .map(([before, other, change, first, happened, second]) =>
      makeCase(
        withValidRenames(adapt(before)),
        withValidRenames(adapt(edited(before, other, change))),
        first,
        happened,
        second ?? first,
      ),
    );
}

/**
 * The cases so far, by their story. All laws run with one seed, so each of them asks for the same cases again, and the
 * first apply is most of the work of a law.
 */
const made = new Map<string, Case>();
const mostKept = 3_000;

function makeCase(
  before: FleetConfig,
  config: FleetConfig,
  first: Surroundings,
  happenings: readonly Happening[],
  second: Surroundings,
): Case {
  const parts = { before, config, happenings, first, second };
  const key = JSON.stringify(parts);
  const known = made.get(key);
  if (known !== undefined) return known;
  const inputs = inputsOf(before, first);
  const layout = layoutOf(before.name, before.tmux.socket, account);
  const empty = emptyWorld(layout, inputs);
  const old = resolveFleet(before, account, inputs);
  const applied = apply(empty, planFleet(old, observedOf(empty), bold).actions);
  const world = { ...drift(applied, happenings), inputs: inputsOf(config, second) };
  const desired = resolveFleet(config, account, world.inputs);
  const story = (): string => JSON.stringify(parts, null, 1);
  const result = { before, config, world, desired, [fc.toStringMethod]: story };
  // A search with LAW_SEED=random and many runs meets few cases twice.
  if (made.size < mostKept) made.set(key, result);
  return result;
}

function withoutProtection(config: FleetConfig): FleetConfig {
  const bare = Object.entries(config.agents).map(
    ([name, entry]) => [name, { ...entry, protect: false }] as const,
  );
  return { ...config, agents: Object.fromEntries(bare) };
}

/** Returns the plan for the declaration of a case. */
export function planOf({ desired }: Case, world: World, options = bold): Plan {
  return planFleet(desired, observedOf(world), options);
}
