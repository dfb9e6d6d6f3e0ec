import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { clear, command, expectRunning, namesOf, run } from "./fleet.mjs";

const config = join(homedir(), ".config");
/** @typedef {import("./fleet.mjs").Call} Call */
/** @typedef {import("./fleet.mjs").Contender} Contender */

/**
 * Returns a call of a shell script, which ends at the first error.
 *
 * @param {string} script
 * @returns {Call}
 */
const bash = (script) => ["bash", "-euc", script];
/** The env file of an agent, as somebody would write it. */
const envFile = `~/.config/mosaic/fleet/agents/$name.env`;

/**
 * Returns a call of a loop over all agents.
 *
 * @param {number} size
 * @param {string} body
 */
const each = (size, body) => bash(`for name in ${namesOf(size).join(" ")}; do ${body}; done`);

/**
 * The units of this package, one agent at a time, as a README would have it.
 *
 * @type {Contender}
 */
export const manual = {
  name: "manual",
  note: "the units by hand, in a shell loop, one at a time: write the env file, daemon-reload, enable --now; and so back",
  steps: {
    "first apply": (size) => ({
      before() {
        mkdirSync(join(config, "systemd/user"), { recursive: true });
        mkdirSync(join(config, "mosaic/fleet/agents"), { recursive: true });
        for (const unit of ["mosaic-tmux-holder.service", "mosaic-agent@.service"])
          cpSync(`/run/fleet/tool/units/${unit}`, join(config, "systemd/user", unit));
        cpSync(
          "/run/fleet/tool/units/start-agent-session.sh",
          join(config, "mosaic/tools/fleet/start-agent-session.sh"),
        );
      },
      commands: [
        each(
          size,
          `echo 'MOSAIC_AGENT_COMMAND="${command}"' >${envFile}; systemctl --user daemon-reload; systemctl --user --quiet enable --now mosaic-agent@$name.service`,
        ),
      ],
      after: () => expectRunning(size),
    }),
    plan: (size) => ({
      commands: [
        each(
          size,
          `grep -q "${command}" ${envFile}; systemctl --user --quiet is-enabled mosaic-agent@$name; systemctl --user --quiet is-active mosaic-agent@$name; tmux -N -L mosaic-factory has-session -t =$name`,
        ),
      ],
    }),
    status: (size) => ({
      commands: [
        each(
          size,
          "systemctl --user --lines=0 status mosaic-agent@$name; tmux -N -L mosaic-factory has-session -t =$name",
        ),
      ],
    }),
    change: () => ({
      commands: [
        bash(
          `name=agent-1; echo 'TURN="'$RANDOM'"' >>${envFile}; systemctl --user restart mosaic-agent@$name; systemctl --user --quiet is-active mosaic-agent@$name`,
        ),
      ],
    }),
    destroy: (size) => ({
      commands: [
        each(size, `systemctl --user --quiet disable --now mosaic-agent@$name.service; rm ${envFile}`),
        ["systemctl", "--user", "stop", "mosaic-tmux-holder.service"],
      ],
      after: clear,
    }),
  },
};

const pm2Program = "/tmp/given/node_modules/pm2/bin/pm2";

/**
 * Returns a call of pm2.
 *
 * @param {...string} args
 * @returns {Call}
 */
const pm2Call = (...args) => ["node", pm2Program, "--silent", ...args];

/**
 * No terminal to attach to, no memory limit that holds, no plan: less work.
 *
 * @type {Contender}
 */
export const pm2 = {
  name: "pm2",
  note: "pm2 start of a file with all of them, jlist, restart of one, kill; it has no plan, and no terminals",
  env: { PM2_HOME: "/tmp/pm2-home", PM2_DISABLE_VERSION_CHECK: "true" },
  missing: () => (existsSync(pm2Program) ? undefined : "npm could not install it"),
  prepare(size) {
    const apps = namesOf(size).map((name) => ({
      name,
      script: "/bin/sh",
      args: ["-c", command],
      interpreter: "none",
    }));
    writeFileSync(`/tmp/pm2-${size}.json`, JSON.stringify({ apps }));
  },
  steps: {
    "first apply": (size) => ({
      commands: [pm2Call("start", `/tmp/pm2-${size}.json`)],
      after() {
        const { stdout } = run(["node", pm2Program, "jlist"], pm2.env);
        const online = stdout.split('"status":"online"').length - 1;
        if (online !== size) throw new Error(`pm2: ${online} of ${size} are online`);
      },
    }),
    status: () => ({ commands: [["node", pm2Program, "jlist"]] }),
    change: (_, turn) => ({
      commands: [["env", `TURN=${turn}`, ...pm2Call("restart", "agent-1", "--update-env")]],
    }),
    destroy: () => ({
      commands: [pm2Call("kill")],
      after: () => rmSync("/tmp/pm2-home", { recursive: true, force: true }),
    }),
  },
};

/**
 * Returns a function that gives the reason if a program is missing.
 *
 * @param {string} program
 */
const missingProgram = (program) => () =>
  spawnSync("sh", ["-c", `command -v ${program}`]).status === 0 ? undefined : `${program} is not on PATH`;

/**
 * Returns a playbook that brings all agents into a state.
 *
 * @param {number} size
 * @param {string} state
 */
const playbook = (size, state) =>
  JSON.stringify([
    {
      hosts: "localhost",
      gather_facts: false,
      tasks: [
        {
          name: "agents",
          "ansible.builtin.systemd_service": {
            name: "mosaic-agent@{{ item }}.service",
            scope: "user",
            state,
          },
          loop: namesOf(size),
        },
      ],
    },
  ]);

/**
 * Returns a call that plays a playbook.
 *
 * @param {number} size
 * @param {string} state
 * @param {...string} more
 * @returns {Call}
 */
const play = (size, state, ...more) => [
  "ansible-playbook",
  "-c",
  "local",
  ...more,
  `/tmp/ansible-${size}-${state}.yaml`,
];

/**
 * On the fleet's own files, already in place, as for the floor.
 *
 * @type {Contender}
 */
export const ansible = {
  name: "ansible",
  note: "a playbook with one systemd_service task over all of them, on files that are there already; its --check is the plan",
  env: { ANSIBLE_LOCALHOST_WARNING: "false", ANSIBLE_INVENTORY_UNPARSED_WARNING: "false" },
  missing: missingProgram("ansible-playbook"),
  prepare(size) {
    for (const state of ["started", "stopped"])
      writeFileSync(`/tmp/ansible-${size}-${state}.yaml`, playbook(size, state));
  },
  steps: {
    "first apply": (size) => ({
      before() {
        cpSync(`/tmp/rendered-${size}`, config, { recursive: true, verbatimSymlinks: true });
        run(["systemctl", "--user", "daemon-reload"]);
      },
      commands: [play(size, "started")],
      after: () => expectRunning(size),
    }),
    plan: (size) => ({ commands: [play(size, "started", "--check")] }),
    destroy: (size) => ({
      commands: [play(size, "stopped"), ["systemctl", "--user", "stop", "mosaic-tmux-holder.service"]],
      after: clear,
    }),
  },
};

/**
 * Sessions alone: nothing looks after them.
 *
 * @type {Contender}
 */
export const tmuxp = {
  name: "tmuxp",
  note: "tmuxp load of a file with a window an agent; nothing restarts or limits what runs in it",
  missing: missingProgram("tmuxp"),
  prepare(size) {
    const windows = namesOf(size).map((name) => ({
      window_name: name,
      window_shell: command,
      panes: [null],
    }));
    writeFileSync(`/tmp/tmuxp-${size}.json`, JSON.stringify({ session_name: "agents", windows }));
  },
  steps: {
    "first apply": (size) => ({
      commands: [["tmuxp", "load", "-L", "tmuxp", "-d", "-y", `/tmp/tmuxp-${size}.json`]],
    }),
    status: () => ({ commands: [["tmux", "-L", "tmuxp", "list-panes", "-a"]] }),
    destroy: () => ({ commands: [["tmux", "-L", "tmuxp", "kill-server"]] }),
  },
};
