import * as z from "zod/mini";
import { choice, key } from "./key.ts";
import { keyedMap } from "./keyed-map.ts";
import { hostChoice, log, resources, restart } from "./entry-maps.ts";
import { hooks, ready, stop, worktree } from "./life-keys.ts";
import type { ValueKind } from "./values/value-kinds.ts";
import { later } from "./values/later.ts";
import { duration, env, filePath, flag, labels, path, positiveDuration, reference } from "./values/values.ts";
import { windows } from "./windows.ts";

/** Keys of an agent that `defaults` may set for all. */
export const sharedKeys = later(() => ({
  runtime: key(reference, "Name of the entry in `runtimes` with the command.", { examples: ["claude"] }),
  workdir: key(
    path,
    "Directory to run in; it must exist. Absolute, beginning with ~/, or relative to the folder of fleet.yaml. {name} is the name of the agent.",
    {
      default: "~",
      examples: ["~/src/app", "~/worktrees/{name}"],
    },
  ),
  worktree: key(
    worktree,
    "A git worktree of its own for each agent, made before its start. It is the agent's workdir.",
    { examples: ["~/src/app", { repo: "~/src/app", from: "origin/main", copy: [".env"], setup: "npm ci" }] },
  ),
  env: key(env, 'Environment variables. Values are strings: quote numbers, as in CI: "1".'),
  envFiles: key(
    () => z.array(filePath(), "list"),
    "Files of NAME=value lines that systemd reads at each start. Never copied or shown; a change of a variable in them counts as a change of the agent. {name} is the name of the agent.",
    { examples: [["~/.config/mosaic/secrets/anthropic.env"], ["~/.config/mosaic/secrets/{name}.env"]] },
  ),
  state: key(() => z.enum(["running", "stopped"], choice), "Whether the agent should run.", {
    default: "running",
  }),
  restart: key(restart, "When systemd starts the agent again by itself."),
  onChange: key(
    () => z.enum(["restart", "when-idle", "keep"], choice),
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
    () => z.union([flag(), log()], "log" satisfies ValueKind),
    "Whether the output of the agent is also written to files, which stay when the agent or tmux ends. Turning it on or off restarts nothing.",
    { default: false, examples: [true, { maxSize: "100M", keep: 5 }] },
  ),
  windows: key(
    windows,
    "Further windows and panes next to the agent, by the name of the window. `main` is the window of the agent itself. A change of them restarts no agent.",
    { examples: [{ logs: "tail -F app.log", main: { layout: "main-vertical", panes: ["htop"] } }] },
  ),
  protect: key(flag, "Apply may not remove or stop the agent.", { default: false }),
  labels: key(
    labels,
    "Labels of your own, by which commands select agents: fleet plan -l team=core. A change of them restarts nothing.",
    { examples: [{ team: "core" }] },
  ),
  hosts: hostChoice,
}));

/** The map `defaults` of a fleet. */
export const defaultsSchema = keyedMap(sharedKeys);
