import * as z from "zod/mini";
import { key, keyedSection, map, requiredKey, type Key } from "./key.ts";
import { keyedMap, namesOfKeys } from "./keyed-map.ts";
import { later, type OutputOf } from "./values/later.ts";
import { hostDefaultsSchema, hostSchema, hostsSection } from "./hosts.ts";
import { hooks, ready, rolloutSchema, start, stop, worktreeMap } from "./life-keys.ts";
import {
  activeProfiles,
  dependsOn,
  log,
  profiles,
  resources,
  restart,
  run,
  schedule,
  scheduleMap,
  serviceCommand,
  serviceOnChange,
  serviceReady,
} from "./entry-maps.ts";
import { defaultsSchema, sharedKeys } from "./shared-keys.ts";
import { runtimeSchema, screen } from "./runtime-schema.ts";
import type { ValueKind } from "./values/value-kinds.ts";
import { receiverSchema } from "./notify.ts";
import { layoutSchema, tmuxSchema, paneSchema, windowSchema } from "./windows.ts";
import { withActive } from "../profiles/active.ts";
import { namedRuntimes } from "./runtimes.ts";
import { command, flag, formerly, include, line, name, wholeNumber } from "./values/values.ts";

/** One entry of `agents`. */
export const agentSchema = keyedMap(() => ({
  description: key(line, "One line about the purpose of the agent; systemctl status shows it."),
  command: key(command, "Command to run instead of the runtime's: a line for sh, or a list of words.", {
    examples: ["mosaic yolo claude", ["codex", "--full-auto"]],
  }),
  ...sharedKeys(),
  replicas: key(
    () => wholeNumber(1, 1_000),
    "Number of replicas, named NAME-1, NAME-2 …, with MOSAIC_AGENT_REPLICA=1, 2 …; {replica} and {name} in command, workdir, env, envFiles and description stand for number and name.",
    {
      examples: [3],
    },
  ),
  formerly: key(
    formerly,
    "Names that the agent had before. It takes the place of the one that still runs under such a name.",
    { examples: ["planner", ["planner", "boss"]] },
  ),
  dependsOn,
  profiles,
  run,
  schedule,
}));

/**
 * One entry of `services`: a unit without a pane. Its keys mean the same as those of an agent. A key of agents that it
 * neither has nor leaves out does not compile.
 */
export const serviceSchema = keyedMap(() => {
  const {
    runtime: _runtime,
    worktree: _worktree,
    idleAfter: _idleAfter,
    stop: _stop,
    log: _log,
    windows: _windows,
    ...ofAgent
  } = agentSchema.keys();
  return {
    description: ofAgent.description,
    command: serviceCommand,
    workdir: ofAgent.workdir,
    env: ofAgent.env,
    envFiles: ofAgent.envFiles,
    state: ofAgent.state,
    replicas: ofAgent.replicas,
    formerly: ofAgent.formerly,
    dependsOn,
    restart: ofAgent.restart,
    onChange: serviceOnChange,
    stopTimeout: ofAgent.stopTimeout,
    ready: key(serviceReady, "When a started service is ready: its dependents and apply wait for that."),
    hooks: ofAgent.hooks,
    resources: ofAgent.resources,
    protect: ofAgent.protect,
    labels: ofAgent.labels,
    hosts: ofAgent.hosts,
    profiles,
    run,
    schedule,
  } satisfies Readonly<Record<keyof typeof ofAgent, Key>>;
});

const agents = later(() =>
  z.record(
    name(),
    z.pipe(
      z.nullable(agentSchema()),
      z.transform((agent): OutputOf<typeof agentSchema> => agent ?? {}),
    ),
    map,
  ),
);

const rootSchema = keyedMap(() => ({
  version: requiredKey(() => z.literal(1, "version" satisfies ValueKind), "Version of the file format: 1."),
  name: key(name, "Name of the fleet; every unit's name begins with it.", { default: "mosaic" }),
  include: key(
    include,
    "Further files with agents, runtimes and hosts of this fleet. A path begins in the folder of this file.",
    { examples: [["teams/core.yaml", "teams/web.yaml"]] },
  ),
  tmux: keyedSection(tmuxSchema, "The fleet's own tmux server."),
  hosts: hostsSection,
  rollout: keyedSection(rolloutSchema, "How `fleet apply --host` changes many hosts: batch by batch."),
  activeProfiles,
  sendFromAgents: key(flag, "Whether `fleet send` and `fleet keys` work inside an agent.", {
    default: true,
  }),
  start: key(start, "The pace at which the agents of the fleet start."),
  runtimes: keyedSection(
    () => z.record(name(), runtimeSchema(), map),
    "The programs that agents run, by name.",
  ),
  notify: key(
    () => z.array(receiverSchema(), "list"),
    "Receivers of news about agents that need a person. fleet watch sends them.",
    { examples: [[{ desktop: true }]] },
  ),
  defaults: keyedSection(defaultsSchema, "Default settings of all agents."),
  agents: keyedSection(agents, "The agents, by name."),
  services: keyedSection(
    () => z.record(name(), serviceSchema(), map),
    "Programs without a pane, next to the agents, by name: a proxy, a database, an MCP server. `defaults` do not apply to them.",
  ),
}));

/** An entry of `agents` or `services`, as everything behind the parser knows it. */
type TransformedEntry = Omit<OutputOf<typeof agentSchema>, "ready" | "replicas"> & {
  /** Their number; in the part of a host, the numbers of those that are there. */
  replicas?: number | number[] | undefined;
  /** True for an entry of `services`. */
  service?: true;
  /** True if none of its profiles is active: it is stopped. */
  isInactive?: true;
  ready?: (OutputOf<typeof ready> & { notify?: boolean | undefined }) | undefined;
};

/** Returns the entries of both sections, with their kind. A name in both of them has an error of its own. */
function entriesOfBoth(
  declared: Readonly<Record<string, TransformedEntry>>,
  services: Readonly<Record<string, OutputOf<typeof serviceSchema>>> | null | undefined,
): Record<string, TransformedEntry> {
  if (services === undefined || services === null) return declared;
  const marked = Object.entries(services).map(
    ([entryName, entry]) => [entryName, { ...entry, service: true }] as const,
  );
  return { ...declared, ...Object.fromEntries(marked) };
}

/**
 * The schema of a whole fleet.yaml. It turns plain values into a FleetConfig with the fleet-wide defaults filled in. The
 * message of each check is a kind of value, see values/value-kinds.ts. All types of config/types.ts follow from it.
 */
export const fleetSchema = z.pipe(
  rootSchema(),
  z.transform(
    ({
      version,
      name: fleet = "mosaic",
      tmux,
      hosts: machines,
      rollout,
      activeProfiles: active,
      sendFromAgents,
      start: pace,
      runtimes,
      notify,
      defaults,
      agents: declared,
      services,
      include: _merged, // before this schema reads them
      ...unread
    }) => ({
      // A key without a place in the result does not compile: it would be checked, and ignored.
      ...(unread satisfies Readonly<Record<string, never>>),
      version,
      name: fleet,
      tmux: { ...tmux, socket: tmux?.socket ?? `${fleet}-factory` },
      ...(Object.keys(machines ?? {}).length === 0 ? {} : { hosts: machines ?? {} }),
      ...(rollout ? { rollout } : {}),
      ...(sendFromAgents === undefined ? {} : { sendFromAgents }),
      ...(pace === undefined ? {} : { start: pace }),
      runtimes: namedRuntimes(runtimes),
      ...(notify && { notify }),
      defaults: defaults ?? {},
      ...(active === undefined ? {} : { activeProfiles: active }),
      agents: withActive(entriesOfBoth(declared ?? {}, services), active ?? []),
    }),
  ),
);

const sections = {
  fleet: rootSchema,
  tmux: tmuxSchema,
  host: hostSchema,
  hostDefaults: hostDefaultsSchema,
  rollout: rolloutSchema,
  start,
  runtime: runtimeSchema,
  receiver: receiverSchema,
  screen,
  defaults: defaultsSchema,
  agent: agentSchema,
  service: serviceSchema,
  restart,
  resources,
  log,
  ready,
  serviceReady,
  schedule: scheduleMap,
  stop,
  hooks,
  window: windowSchema,
  pane: paneSchema,
  layout: layoutSchema,
  worktree: worktreeMap,
} as const;

/** A kind of map in fleet.yaml with a fixed set of keys. */
export type Section = keyof typeof sections;

/** The keys of each kind of map, in the order of the documentation. */
export const knownKeys: Readonly<Record<Section, readonly string[]>> = namesOfKeys(sections);
