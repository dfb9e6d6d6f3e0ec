import * as z from "zod/mini";
import { readyActivities } from "../../runtimes/can-tell.ts";
import { key } from "./key.ts";
import { keyedMap } from "./keyed-map.ts";
import { later, type OutputOf } from "./values/later.ts";
import {
  canaryHosts,
  command,
  duration,
  flag,
  hook,
  hostShare,
  hostShareFromZero,
  path,
  positiveDuration,
  rowPatternValue,
  stopText,
  tmuxKey,
  wholeNumber,
} from "./values/values.ts";
import { branchPattern, innerPathPattern } from "./values/names.ts";
import type { ValueKind } from "./values/value-kinds.ts";

/** The map `ready` of an agent. */
export const ready = keyedMap(
  () => ({
    exec: key(
      command,
      "A command that succeeds once the agent is ready, run in its environment and workdir.",
      {
        examples: ["curl -fs localhost:8080/ok"],
      },
    ),
    output: key(
      rowPatternValue,
      "An extended regular expression for a row of the output of this run, as for grep -E.",
      {
        examples: ["^Listening on "],
      },
    ),
    title: key(rowPatternValue, "An extended regular expression for the title of the terminal.", {
      examples: ["^✳ "],
    }),
    activity: key(
      () => z.enum(readyActivities, "choice" satisfies ValueKind),
      "The activity in which the agent is ready, as its hooks or its screen tell. For the programs of presets.",
      { examples: ["idle"] },
    ),
    timeout: key(positiveDuration, "The longest wait.", { default: "60s", examples: ["5m"] }),
    onTimeout: key(
      () => z.enum(["warn", "fail"], "choice" satisfies ValueKind),
      "The effect of a wait that is over: warn tells, and the dependents start; fail ends the agent as a failure.",
      { default: "warn" },
    ),
  }),
  () => [
    z.refine(
      ({ exec, output, title, activity }) =>
        [exec, output, title, activity].filter((each) => each !== undefined).length === 1,
      "oneCondition",
    ),
  ],
);

/** The map `stop` of an agent. */
export const stop = keyedMap(
  () => ({
    send: key(
      stopText,
      "A text that ends the program, typed into its pane and followed by Enter. By default that of the program, if it is a known one.",
      { examples: ["/exit"] },
    ),
    keys: key(
      () => z.array(tmuxKey(), "list").check(z.minLength(1, "keys")),
      "Keys that end the program, instead of a text, by their names in tmux.",
      { examples: [["C-c", "C-c"]] },
    ),
    timeout: key(
      positiveDuration,
      "Time to end after the text or the keys; then SIGTERM and stopTimeout follow.",
      { default: "30s", examples: ["1m"] },
    ),
  }),
  () => [z.refine(({ send, keys }) => send === undefined || keys === undefined, "sendOrKeys")],
);

const hookExamples = [["npm ci"], "git fetch --quiet || :"];

/** The map `hooks` of an agent. */
export const hooks = keyedMap(() => ({
  preStart: key(
    hook,
    "A line for sh, or a list of lines, before each start. If it fails, the agent does not start.",
    {
      examples: hookExamples,
    },
  ),
  postStart: key(hook, "The same after each start, once the agent is ready. A failure is only told.", {
    examples: hookExamples,
  }),
  preStop: key(hook, "The same before each stop or restart, within stop.timeout.", {
    examples: hookExamples,
  }),
  onFailure: key(hook, "The same after each failed run, with MOSAIC_EXIT_STATUS and MOSAIC_ATTEMPT.", {
    examples: ['notify-send "$MOSAIC_AGENT_NAME failed"'],
  }),
  onWaiting: key(
    hook,
    "The same each time the agent begins to wait for a person, with MOSAIC_REASON. fleet watch runs it.",
    { examples: ['notify-send "$MOSAIC_AGENT_NAME asks: $MOSAIC_REASON"'] },
  ),
  timeout: key(positiveDuration, "The longest time of each hook; then it is ended.", {
    default: "60s",
    examples: ["10m"],
  }),
}));

/** The map `start` of a fleet or a runtime. */
export const start = keyedMap(() => ({
  parallel: key(() => wholeNumber(1, 1_000), "Number of agents that may start within `interval`.", {
    default: 1,
    examples: [5],
  }),
  interval: key(positiveDuration, "The time in which `parallel` agents may start; the next ones wait.", {
    default: "1s",
    examples: ["10s"],
  }),
  jitter: key(duration, "Longest further wait of each start, at random.", {
    default: "0s",
    examples: ["500ms"],
  }),
  holdAfter: key(
    () => z.union([wholeNumber(2, 100), z.literal(false, "holdAfter")], "holdAfter" satisfies ValueKind),
    "Number of agents in a row that end alike within 10 s of their start, after which no other one starts for a while; or false.",
    { default: 5, examples: [3, false] },
  ),
}));

const branch = later(() =>
  z.string("branch" satisfies ValueKind).check(z.regex(branchPattern, "branch"), z.maxLength(200, "branch")),
);
const commit = later(() =>
  z
    .string("commit" satisfies ValueKind)
    .check(z.regex(/^[^-\s][^\s~^:?*[\\]*(?:[~^][0-9]*)*$/, "commit"), z.maxLength(200, "commit")),
);
const innerPath = later(() =>
  z
    .string("innerPath" satisfies ValueKind)
    .check(z.regex(innerPathPattern, "innerPath"), z.maxLength(1000, "innerPath")),
);

/** The map `worktree` of an agent. */
export const worktreeMap = keyedMap(() => ({
  repo: key(path, "The repository: its folder, another worktree of it, or a bare repository.", {
    examples: ["~/src/app"],
  }),
  branch: key(branch, "Branch of the worktree; it is made if there is none. Replicas get -N.", {
    default: "{name}",
    examples: ["agents/{name}"],
  }),
  from: key(commit, "The beginning of a new branch: a branch, a tag or a commit of the repository.", {
    default: "HEAD",
    examples: ["origin/main"],
  }),
  path: key(path, "Folder of the worktree. Replicas get -N. By default next to the repository.", {
    default: "REPO.worktrees/{name}",
    examples: ["~/worktrees/{name}"],
  }),
  workdir: key(innerPath, "Folder inside the worktree in which the agent runs.", {
    examples: ["packages/web"],
  }),
  copy: key(
    () => z.array(innerPath(), "list"),
    "Files of the repository's folder that a new worktree gets as copies. Existing files stay.",
    { examples: [[".env", ".env.*"]] },
  ),
  link: key(() => z.array(innerPath(), "list"), "The same as symbolic links.", { examples: [["data"]] }),
  setup: key(
    hook,
    "A line for sh, or a list of lines, run once in the new worktree, and again after it has failed or was changed.",
    { examples: ["npm ci", ["git submodule update --init"]] },
  ),
  fetch: key(flag, "Whether `git fetch` comes before a new branch.", { default: false }),
  timeout: key(positiveDuration, "The longest time to make the worktree, and of setup.", {
    default: "10m",
  }),
}));

/** The worktree of an agent: a map, or its repository alone. */
export const worktree = later(() =>
  z.union(
    [
      z.pipe(
        path(),
        z.transform((repo): OutputOf<typeof worktreeMap> => ({ repo })),
      ),
      worktreeMap(),
    ],
    "worktree" satisfies ValueKind,
  ),
);

/** The map `rollout`. */
export const rolloutSchema = keyedMap(() => ({
  canary: key(
    canaryHosts,
    "The hosts that are changed first, alone: their number, a percentage of the hosts of the run, their names, or their labels.",
    { examples: [1, "10%", ["build1"], { labels: { ring: "canary" } }] },
  ),
  batch: key(
    hostShare,
    "How many hosts are changed at a time: a number, or a percentage of the hosts of the run.",
    {
      default: "100%",
      examples: [5, "25%"],
    },
  ),
  soak: key(
    duration,
    "The time after each batch in which its agents must stay up, before the next one begins.",
    { default: "0s", examples: ["1m"] },
  ),
  maxUnavailable: key(
    hostShareFromZero,
    "With more hosts that are unreachable, or whose change or agents fail, no further batch begins.",
    { default: 0, examples: [1, "10%"] },
  ),
  onFailure: key(
    () => z.enum(["stop", "continue"], "choice" satisfies ValueKind),
    "With more unavailable hosts than maxUnavailable: stop begins no further batch, and continue goes on with the other hosts.",
    { default: "stop", examples: ["continue"] },
  ),
}));
