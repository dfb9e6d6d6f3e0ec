// The least that systemd and tmux can do for such a fleet, without any unit or script of this package.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { clear, command, namesOf, run } from "./fleet.mjs";

/** @typedef {import("./fleet.mjs").Call} Call */
/** @typedef {import("./fleet.mjs").Contender} Contender */

const socket = "raw";
const folder = join(homedir(), ".config/raw");
const units = join(homedir(), ".config/systemd/user");
const newSession = `/usr/bin/tmux -L ${socket} new-session -d -s`;

/** Unit of a server with one session of its own, which keeps it alive. */
const holder = `[Unit]
Description=tmux server
[Service]
Type=forking
ExecStart=/usr/bin/tmux -L ${socket} -f /dev/null new-session -d -s _holder "sleep infinity"
ExecStop=-/usr/bin/tmux -L ${socket} kill-server
`;

const agent = `[Unit]
Requires=raw-tmux.service
After=raw-tmux.service
StartLimitIntervalSec=0
[Service]
Type=forking
PIDFile=%t/raw-%i.pid
ExecStart=%h/.config/raw/start %i
EnvironmentFile=-%h/.config/raw/%i.env
ExecStop=-/usr/bin/tmux -L ${socket} kill-session -t =%i
`;

/** Script that makes a session and moves the process of its pane into the unit. systemd supervises the command itself. */
const start = `#!/bin/sh
pid=$(${newSession} $1 -P -F '#{pane_pid}' '${command}')
while IFS=: read -r a b c; do [ "$a" = 0 ] && cg=$c; done </proc/self/cgroup
echo $pid >/sys/fs/cgroup$cg/cgroup.procs
echo $pid >$XDG_RUNTIME_DIR/raw-$1.pid
`;

/**
 * Returns the unit of an agent.
 *
 * @param {string} name
 */
const unitOf = (name) => `raw-agent@${name}.service`;

/** @type {readonly Call[]} */
const readings = [
  ["systemctl", "--user", "list-units", "--all", "--full", "--output=json", "raw-*"],
  ["tmux", "-N", "-L", socket, "list-panes", "-a", "-F", "#{session_name} #{pane_pid} #{pane_dead}"],
];
/** @type {Call} */
const restart = ["systemctl", "--user", "restart", unitOf("agent-1")];

/** @type {Contender} */
export const raw = {
  name: "raw",
  note: "plain units of its own, each with a script that makes a tmux session and moves its process into the unit: no exit status, no environment for the agent, no time to save, no look whether it runs",
  steps: {
    "first apply": (size) => ({
      before: place,
      commands: [
        ["systemctl", "--user", "daemon-reload"],
        ["systemctl", "--user", "start", ...namesOf(size).map(unitOf)],
      ],
      after: () => expectRunning(size),
    }),
    plan: () => ({ commands: readings }),
    status: () => ({ commands: readings }),
    change: () => ({ commands: [...readings, restart] }),
    restart: () => ({ commands: [restart] }),
    destroy: (size) => ({
      commands: [
        ["systemctl", "--user", "stop", ...namesOf(size).map(unitOf)],
        ["systemctl", "--user", "stop", "raw-tmux.service"],
      ],
      after() {
        rmSync(folder, { recursive: true });
        clear();
      },
    }),
  },
};

/** Writes the units and the script. */
function place() {
  for (const path of [folder, units]) mkdirSync(path, { recursive: true });
  writeFileSync(join(units, "raw-tmux.service"), holder);
  writeFileSync(join(units, "raw-agent@.service"), agent);
  writeFileSync(join(folder, "start"), start);
  chmodSync(join(folder, "start"), 0o755);
}

/**
 * Expects that all units and sessions are there.
 *
 * @param {number} size
 */
function expectRunning(size) {
  const sessions = run(["tmux", "-N", "-L", socket, "list-sessions"]).stdout.trim().split("\n").length - 1;
  const states = run(["systemctl", "--user", "is-active", ...namesOf(size).map(unitOf)]).stdout;
  const active = states.split("\n").filter((state) => state === "active").length;
  if (sessions !== size || active !== size) throw new Error(`raw: ${sessions}, ${active} of ${size} run`);
}
