import * as z from "zod/mini";
import { choice, key, map, section } from "./key.ts";
import { hooks, ready, stop } from "./life-keys.ts";
import { runtimeSchema, screen } from "./runtime-schema.ts";
import type { Kind } from "./value-kinds.ts";
import { receiverSchema } from "./notify.ts";
import { namedRuntimes } from "./runtimes.ts";
import {
  command,
  cpuQuota,
  duration,
  env,
  filePath,
  fileSize,
  formerly,
  include,
  flag,
  labels,
  line,
  memorySize,
  name,
  path,
  positiveDuration,
  reference,
  socket,
  tasksMax,
  terminalSize,
  wholeNumber,
} from "./values.ts";

const restart = z.strictObject(
  {
    policy: key(
      z.enum(["no", "until-success", "on-failure", "on-abnormal", "always"], choice),
      "When systemd starts the agent again: no (never), until-success and on-failure (exit status other than 0, or a signal), on-abnormal (a signal), always. With no and until-success, an exit status of 0 completes the agent: it is a job that is done.",
      { default: "on-failure" },
    ),
    delay: key(duration, "Wait before each automatic restart.", { default: "500ms", examples: ["2s"] }),
    limit: key(
      wholeNumber(1, 10_000),
      "Highest number of starts within `window`; after these the agent counts as failed.",
      {
        default: 5,
      },
    ),
    window: key(positiveDuration, "The time in which `limit` starts are counted.", {
      default: "1m",
      examples: ["10m"],
    }),
  },
  map,
);

const memoryExamples = ["8G", "512M", "50%", "infinity"];

const resources = z.strictObject(
  {
    memoryMax: key(
      memorySize,
      "Highest memory use of the agent and its child processes; the kernel kills them if they need more.",
      {
        examples: memoryExamples,
      },
    ),
    memoryHigh: key(
      memorySize,
      "Memory above which the agent is slowed down, before `memoryMax` is reached.",
      {
        examples: memoryExamples,
      },
    ),
    cpuQuota: key(cpuQuota, "Highest CPU use; 100% is one CPU.", { examples: ["50%", "200%"] }),
    cpuWeight: key(wholeNumber(1, 10_000), "Share of the CPU when it is scarce; systemd's default is 100.", {
      examples: [50],
    }),
    tasksMax: key(tasksMax, "Highest number of processes and threads.", { examples: [2048, "infinity"] }),
  },
  map,
);

const log = z.strictObject(
  {
    maxSize: key(fileSize, "Largest size of one file of the log.", { default: "10M", examples: ["100M"] }),
    keep: key(wholeNumber(0, 1_000), "Number of full files that stay.", { default: 3 }),
  },
  map,
);

/** Keys of an agent that `defaults` may set for all. */
const shared = {
  runtime: key(reference, "Name of the entry in `runtimes` with the command.", { examples: ["claude"] }),
  workdir: key(
    path,
    "Directory to run in; it must exist. Absolute, beginning with ~/, or relative to the folder of fleet.yaml. {name} is the name of the agent.",
    {
      default: "~",
      examples: ["~/src/app", "~/worktrees/{name}"],
    },
  ),
  env: key(env, 'Environment variables. Values are strings: quote numbers, as in CI: "1".'),
  envFiles: key(
    z.array(filePath, "list"),
    "Files of NAME=value lines that systemd reads at each start. Never copied or shown; a change of a variable in them counts as a change of the agent. {name} is the name of the agent.",
    { examples: [["~/.config/mosaic/secrets/anthropic.env"], ["~/.config/mosaic/secrets/{name}.env"]] },
  ),
  state: key(z.enum(["running", "stopped"], choice), "Whether the agent should run.", { default: "running" }),
  restart: key(restart, "When systemd starts the agent again by itself."),
  onChange: key(
    z.enum(["restart", "when-idle", "keep"], choice),
    "When apply may end the session of an agent that was changed, stopped or removed in this file: at once, when it is idle, or not at all.",
    { default: "when-idle" },
  ),
  idleAfter: key(
    duration,
    "An agent is idle if it was quiet for this long, nobody is attached, and its processes use no CPU time.",
    {
      default: "60s",
    },
  ),
  stopTimeout: key(
    positiveDuration,
    "Time to save and exit after SIGTERM, with its terminal; then the agent is killed.",
    {
      default: "20s",
    },
  ),
  ready: key(ready, "When a started agent is ready: its dependents and apply wait for that."),
  stop: key(stop, "How a stop or restart asks the agent to end, before SIGTERM."),
  hooks: key(hooks, "Commands around the life of the agent, in its environment and workdir."),
  resources: key(resources, "Limits of the agent's control group, as in systemd.resource-control(5)."),
  log: key(
    z.union([flag, log], "log" satisfies Kind),
    "Whether the output of the agent is also written to files, which stay when the agent or tmux ends. Turning it on or off restarts nothing.",
    { default: false, examples: [true, { maxSize: "100M", keep: 5 }] },
  ),
  protect: key(flag, "Apply may not remove or stop the agent.", { default: false }),
  labels: key(
    labels,
    "Labels of your own, by which commands select agents: fleet plan -l team=core. A change of them restarts nothing.",
    { examples: [{ team: "core" }] },
  ),
};

const defaultsSchema = z.strictObject(shared, map);

/** One entry of `agents`. */
export const agentSchema = z.strictObject(
  {
    description: key(line, "One line about the purpose of the agent; systemctl status shows it."),
    command: key(command, "Command to run instead of the runtime's: a line for sh, or a list of words.", {
      examples: ["mosaic yolo claude", ["codex", "--full-auto"]],
    }),
    ...shared,
    replicas: key(
      wholeNumber(1, 1_000),
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
    dependsOn: key(
      z.array(reference, "list"),
      "Agents, or single replicas, that are started before this one.",
      {
        examples: [["planner"]],
      },
    ),
  },
  map,
);

const tmuxSchema = z.strictObject(
  {
    socket: key(socket, "Name of the tmux socket, as after `tmux -L`. NAME-factory by default.", {
      examples: ["mosaic-factory"],
    }),
    config: key(filePath, "A tmux.conf that the fleet's tmux server reads instead of your own."),
    size: key(
      terminalSize,
      "Columns and rows of an agent's pane while nobody is attached. The default-size of the tmux.conf by default, or 200x50.",
      { examples: ["200x50"] },
    ),
  },
  map,
);

const agents = z.record(
  name,
  z.pipe(
    z.nullable(agentSchema),
    z.transform((agent): z.output<typeof agentSchema> => agent ?? {}),
  ),
  map,
);

const rootSchema = z.strictObject(
  {
    version: z
      .literal(1, "version" satisfies Kind)
      .check(z.meta({ description: "Version of the file format: 1." })),
    name: key(name, "Name of the fleet; every unit's name begins with it.", { default: "mosaic" }),
    include: key(
      include,
      "Further files with agents and runtimes of this fleet. A path begins in the folder of this file.",
      { examples: [["teams/core.yaml", "teams/web.yaml"]] },
    ),
    tmux: section(tmuxSchema, "The fleet's own tmux server."),
    sendFromAgents: key(flag, "Whether `fleet send` and `fleet keys` work inside an agent.", {
      default: true,
    }),
    runtimes: section(z.record(name, runtimeSchema, map), "The programs that agents run, by name."),
    notify: key(
      z.array(receiverSchema, "list"),
      "Receivers of news about agents that need a person. fleet watch sends them.",
      { examples: [[{ desktop: true }]] },
    ),
    defaults: section(defaultsSchema, "Default settings of all agents."),
    agents: section(agents, "The agents, by name."),
  },
  map,
);

/**
 * fleet.yaml as plain values → FleetConfig with the fleet-wide defaults filled in. Messages are kinds of expectations. All
 * types of config/types.ts follow from it.
 */
export const fleetSchema = z.pipe(
  rootSchema,
  z.transform(
    ({
      version,
      name: fleet = "mosaic",
      tmux,
      sendFromAgents,
      runtimes,
      notify,
      defaults,
      agents: declared,
    }) => ({
      version,
      name: fleet,
      tmux: { ...tmux, socket: tmux?.socket ?? `${fleet}-factory` },
      ...(sendFromAgents === undefined ? {} : { sendFromAgents }),
      runtimes: namedRuntimes(runtimes),
      ...(notify && { notify }),
      defaults: defaults ?? {},
      agents: declared ?? {},
    }),
  ),
);

const keysBySection = {
  fleet: keysOf(rootSchema),
  tmux: keysOf(tmuxSchema),
  runtime: keysOf(runtimeSchema),
  receiver: keysOf(receiverSchema),
  screen: keysOf(screen),
  defaults: keysOf(defaultsSchema),
  agent: keysOf(agentSchema),
  restart: keysOf(restart),
  resources: keysOf(resources),
  log: keysOf(log),
  ready: keysOf(ready),
  stop: keysOf(stop),
  hooks: keysOf(hooks),
} as const;

/** A kind of map in fleet.yaml with a fixed set of keys. */
export type Section = keyof typeof keysBySection;

/** The keys of each kind of map, in the order of the documentation. */
export const knownKeys: Readonly<Record<Section, readonly string[]>> = keysBySection;

function keysOf(schema: z.ZodMiniObject): readonly string[] {
  return Object.keys(schema.shape);
}
