import * as z from "zod/mini";
import { choice, key, map, requiredKey } from "./key.ts";
import { keyedMap } from "./keyed-map.ts";
import { later } from "./values/later.ts";
import type { ValueKind } from "./values/value-kinds.ts";
import {
  command,
  cpuQuota,
  duration,
  fileSize,
  flag,
  labels,
  line,
  memorySize,
  name,
  positiveDuration,
  reference,
  tasksMax,
  wholeNumber,
} from "./values/values.ts";

/** The map `restart` of an agent or service. */
export const restart = keyedMap(() => ({
  policy: key(
    () => z.enum(["no", "until-success", "on-failure", "on-abnormal", "always"], choice),
    "When systemd starts the agent again: no (never), until-success and on-failure (exit status other than 0, or a signal), on-abnormal (a signal), always. With no and until-success, an exit status of 0 completes the agent: it is a job that is done.",
    { default: "on-failure" },
  ),
  delay: key(duration, "Wait before each automatic restart.", { default: "500ms", examples: ["2s"] }),
  limit: key(
    () => wholeNumber(1, 10_000),
    "Highest number of starts within `window`; after these the agent counts as failed.",
    {
      default: 5,
    },
  ),
  window: key(positiveDuration, "The time in which `limit` starts are counted.", {
    default: "1m",
    examples: ["10m"],
  }),
}));

const memoryExamples = ["8G", "512M", "50%", "infinity"];

/** The map `resources` of an agent or service. */
export const resources = keyedMap(() => ({
  memoryMax: key(
    memorySize,
    "Highest memory use of the agent and its child processes; the kernel kills them if they need more.",
    {
      examples: memoryExamples,
    },
  ),
  memoryHigh: key(memorySize, "Memory above which the agent is slowed down, before `memoryMax` is reached.", {
    examples: memoryExamples,
  }),
  cpuQuota: key(cpuQuota, "Highest CPU use; 100% is one CPU.", { examples: ["50%", "200%"] }),
  cpuWeight: key(
    () => wholeNumber(1, 10_000),
    "Share of the CPU when it is scarce; systemd's default is 100.",
    {
      examples: [50],
    },
  ),
  tasksMax: key(tasksMax, "Highest number of processes and threads.", { examples: [2048, "infinity"] }),
}));

/** The map `log` of an agent. */
export const log = keyedMap(() => ({
  maxSize: key(fileSize, "Largest size of one file of the log.", { default: "10M", examples: ["100M"] }),
  keep: key(() => wholeNumber(0, 1_000), "Number of full files that stay.", { default: 3 }),
}));

/** Times as systemd.time(7) has them. systemd-analyze checks them: no pattern here knows them all. */
const calendar = later(() =>
  z.union([line(), z.array(line(), "list").check(z.minLength(1, "calendar"))], "calendar"),
);

/** The map `schedule` of an agent or service. */
export const scheduleMap = keyedMap(() => ({
  at: requiredKey(calendar, "One or several calendar expressions of systemd, as in systemd.time(7).", {
    examples: ["Mon..Fri 03:00", ["*-*-* 09:00", "*-*-* 18:00"]],
  }),
  catchUp: key(
    flag,
    "Whether a run that was missed while the machine was off is made up for at the next boot.",
    {
      default: false,
    },
  ),
  spread: key(duration, "A random delay of each run, at most so long.", {
    default: "0s",
    examples: ["10m"],
  }),
}));

/** The key `schedule` of an agent or service. */
export const schedule = key(
  () => z.union([line(), scheduleMap()], "schedule"),
  "When systemd starts it, instead of apply and the boot: a calendar expression of systemd, or a map.",
  { examples: ["daily", "Mon..Fri 03:00", { at: "hourly", spread: "10m" }] },
);

/** The map `ready` of a service. It has no screen, so its output and its title tell nothing. */
export const serviceReady = keyedMap(
  () => ({
    exec: key(
      command,
      "A command that succeeds once the service is ready, run in its environment and workdir.",
      { examples: ["curl -fs localhost:8080/ok"] },
    ),
    notify: key(
      flag,
      "The service tells systemd itself when it is ready, as sd_notify(3) has it. If it does not, it fails.",
      { examples: [true] },
    ),
    timeout: key(positiveDuration, "The longest wait.", { default: "60s", examples: ["5m"] }),
    onTimeout: key(
      () => z.enum(["warn", "fail"], choice),
      "The effect of a wait for exec that is over: warn tells, and the dependents start; fail ends the service as a failure.",
      { default: "warn" },
    ),
  }),
  () => [z.refine(({ exec, notify }) => (exec === undefined) === (notify === true), "execOrNotify")],
);

/** The key `dependsOn` of an agent or service. Outputs a list, in the order of the file. */
export const dependsOn = key(
  () =>
    z.pipe(
      z.union(
        [z.array(reference(), "list"), z.record(reference(), z.enum(["started", "completed"], choice), map)],
        "dependencies",
      ),
      z.transform((written): WrittenDependency[] =>
        Array.isArray(written)
          ? written.map((target) => ({ target, until: "started" }))
          : Object.entries(written).map(([target, until]) => ({ target, until })),
      ),
    ),
  "Agents and services, or single replicas, that are started before this one. A map also waits for the completion of a job.",
  { examples: [["planner"], { migrate: "completed", proxy: "started" }] },
);

/** One agent or service an entry waits for: its start, or the completion of its work. */
interface WrittenDependency {
  readonly target: string;
  readonly until: "started" | "completed";
}

/** The key `run` of an agent or service. */
export const run = key(
  () => z.enum(["once", "continuously"], choice),
  "Whether its work ends. once: an exit status of 0 completes it, and then it is not started again. continuously: apply starts it again. By default, restart.policy no and until-success mean once.",
  { default: "continuously", examples: ["once"] },
);

/** The key `onChange` of a service. It has no session that could be idle. */
export const serviceOnChange = key(
  () => z.enum(["restart", "keep"], choice),
  "When apply may end a service that was changed, stopped or removed in this file: at once, or not at all.",
  { default: "restart" },
);

/** The command of a service. A service has no runtime. */
export const serviceCommand = requiredKey(
  command,
  "The program of the service, in the foreground: a line for sh, or a list of words.",
  { examples: ["./proxy --port 8080", ["redis-server", "--port", "6390"]] },
);

/** The ways to choose hosts: a name, a list of names, or labels. */
const hostChoices = later(
  () =>
    [
      reference(),
      z.array(reference(), "list").check(z.minLength(1, "hostChoice" satisfies ValueKind)),
      z.strictObject({ labels: labels() }, map),
    ] as const,
);

/** The hosts of an entry. */
export const hostChoice = key(
  () =>
    z.union(
      [
        ...hostChoices(),
        z.strictObject({ spread: z.union(hostChoices(), "hostChoice" satisfies ValueKind) }, map),
      ],
      "hostChoice" satisfies ValueKind,
    ),
  "The hosts to run on: a name of `hosts`, a list of names, `all`, or the labels of hosts. Each of them has an agent of its own. With `spread`, each agent or replica is on one of them.",
  {
    examples: [
      "build1",
      ["build1", "build2"],
      "all",
      { labels: { gpu: "yes" } },
      { spread: "all" },
      { spread: { labels: { gpu: "yes" } } },
    ],
  },
);

/** The profiles of an entry. */
export const profiles = key(
  () =>
    z.union(
      [name(), z.array(name(), "list").check(z.minLength(1, "profiles" satisfies ValueKind))],
      "profiles" satisfies ValueKind,
    ),
  "Profiles that it belongs to: a name, or a list. It is stopped unless one of them is in `activeProfiles`. Without profiles it always counts.",
  { examples: ["night", ["night", "release"]] },
);

/** The active profiles of a fleet. */
export const activeProfiles = key(
  () => z.array(name(), "list"),
  "The profiles that are active. Agents and services of other profiles are stopped.",
  { examples: [["night"]] },
);
