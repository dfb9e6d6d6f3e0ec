import type { ProcessNoteCode } from "../../import/form/note-codes.ts";
import type { NoteWords } from "./common-words.ts";

/** The words of the notes about files of processes. */
export const processWords: NoteWords<ProcessNoteCode> = {
  "foreman-ends-all": () =>
    "foreman ends all processes with the first; here each is started again by itself after a failure",
  "overmind-ends-all": () =>
    "overmind ends all processes with the first, unless they may die; here each is started again by itself after a failure",
  release: (command) => `release (\`${command}\`) runs at a deployment, and not next to the others`,
  "another-procfile": (line) => `\`${line}\` names another Procfile: import that by itself`,
  "no-process": (line) => `\`${line}\` has no NAME: before it, and is ignored by foreman as well`,
  "no-command": (name) => `${name} has no command`,
  "no-processes": (file) => `${file} declares no processes`,
  "waits-with-sleep": (name) => `${name} waits with sleep for others: dependsOn starts it after them`,
  "log-by-tee": (name) => `${name} writes a log through tee, whose exit status hides that of the command`,
  "port-in-env-file": () => "PORT is set in .env",
  "port-given": (name, port) => `${name} uses PORT, which foreman sets to ${port ?? ""}: it stands in env`,
  "companion-unread": (file) => `${file} cannot be read`,
  "companion-key": (key, file) => `${key} of ${file ?? "the file"} is not carried over`,
  "formation-zero": (name) => `the formation starts none of ${name}: it is declared as stopped`,
  "replicas-port": (name) =>
    `the replicas of ${name} would share a port: each has its number in MOSAIC_AGENT_REPLICA`,
  "env-export": (name) =>
    `${name}: systemd leaves out a line that begins with export: remove that word, because apply starts none of the agents until then`,
  "env-name": (name) => `${name}: systemd takes only names of letters, digits and _`,
  "env-spaces": (name) => `${name}: systemd takes spaces around =, and foreman leaves the line out`,
  "env-comment": (name) => `${name}: for systemd the # comment behind the value is part of it`,
  "env-reference": (name) => `${name}: systemd does not replace a variable in the value`,
  "env-backslash": (name) => `${name}: systemd takes a backslash away, unless the value is in single quotes`,
  template: (name, command) =>
    `${name} (\`${command ?? ""}\`) has a template {{ }}, which import does not run; MOSAIC_AGENT_REPLICA counts from 1, PC_REPLICA_NUM from 0`,
  daemon: (name, command) =>
    `${name} (\`${command ?? ""}\`) goes to the background (is_daemon), and would end with its start: run its program in the foreground`,
  "becomes-step": (name, other) =>
    `${name} must end before ${other ?? "another process"} starts: it is a step before that start, and not an agent`,
  "waits-for-end": (name, other) =>
    `${name} waits for the end of ${other ?? "another process"}, and this list for its start: if that one should succeed once, give it run: once, and write dependsOn: { ${other ?? "NAME"}: completed }`,
  "unknown-process": (name) => `depends_on names ${name}, which is no process`,
  "begins-with-variable": (name) =>
    `the command of ${name} begins with a variable: the shell replaces it from the agent's environment`,
  "needs-bash": (name) => `the command of ${name} has words of bash, so its shell is named`,
  "ready-timeout": (time) => `the ${time} for the check of readiness are its delay and all its periods`,
  "needs-curl": (program) => `the check of readiness needs ${program}`,
  liveness: (key) => `${key}: nothing checks an agent that runs`,
  schedule: (key) => `${key}: a timer of systemd can run \`fleet restart NAME\``,
  "exit-codes": (key) => `${key}: only the exit status 0 is a success`,
  "no-process-key": (key) =>
    `${key} is no key of a process, so process-compose ignores or refuses it: probably a mistake`,
  "args-overwritten": (key) =>
    `${key} is overwritten by process-compose, which runs the command without them: probably a mistake`,
  "ends-project": (key) => `${key} ends the whole project, and a fleet has no end`,
  "limit-in-a-day": (most, limit) =>
    `max_restarts: ${most} is ${limit ?? ""} starts in a day; the tool counts for ever`,
  signal: (signal) => `${signal}: the fleet sends SIGTERM and SIGHUP`,
  "parent-only": (key) => `${key}: all processes of an agent end with it`,
  "log-place": (what) => `${what}: the path of the log is not kept`,
  extends: (file) => `${file} is not read, and its processes are missing here: import that file too`,
  "shell-of-tool": (shell) => `the shell ${shell} is not carried over: commands run in sh`,
  "no-restart": (key) => `without ${key} a process is not started again: restart policy no`,
  "not-started": (name) => `${name} does not start by itself (autostart): it is declared as stopped`,
  "add-path": (path) => `add_path ${path}: write the whole PATH into env`,
  "named-env": (key) => `${key} counts only with --env`,
  "node-version": (interpreter) =>
    `${interpreter}: pm2 installs that version by nvm; here the node on the PATH of agents runs`,
  cluster: (key) => `${key} shares one port among the instances, and replicas do not`,
  instances: (number) => `instances: ${number} counts processors; write the number as replicas`,
  "watches-files": (key) => `${key}: nothing restarts an agent after an edit of its files`,
  "memory-high": (size) =>
    `pm2 restarts at ${size}; memoryHigh slows the agent down from there, and memoryMax would kill it`,
  "env-of-session": (name) =>
    `the variables of ${name} are those of the session that started pm2: write the needed ones into env`,
  "global-unread": (word) => `${word} stands for ~/.config/workmux, which is not read`,
  "shared-modules": (folder) => `a shared ${folder} breaks as soon as two branches need different packages`,
  "own-worktree": (folder) =>
    `workmux makes a worktree of ${folder} for each branch; here each agent has one, and its branch is in worktree`,
};
