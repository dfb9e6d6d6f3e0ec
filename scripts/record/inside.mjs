// Runs in the sandbox: types into a shell in a tmux of its own, and prints each screen that differs from the one before.
// Every command is real. Only the agents' program is a stand-in, and says so.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const columns = 84;
const rows = 22;

/** Time between two looks at the screen, ms. */
const tick = 40;

const standIn = `#!/bin/sh
echo "A stand-in for claude, model $MODEL, in $PWD"
step=0
while :; do
  step=$((step + 1))
  echo "[$(date +%T)] step $step: reading, thinking, writing"
  sleep 2
done
`;

const fleetFile = `version: 1
runtimes:
  claude: { command: ~/.local/bin/claude }
defaults:
  runtime: claude
  workdir: ~/src/app
  onChange: restart # the default waits until an agent is idle
agents:
  planner:
  coder: { replicas: 3, dependsOn: [planner] }
  reviewer: { env: { MODEL: sonnet } }
`;

/** The part of the real time that the recording takes while commands run and somebody types; 1 unless told. */
const busyRate = Number(process.argv[2] ?? 1);

/** The time of the recording so far, the moment of that time, and how fast it goes on. */
let [played, lastMoment, rate] = [0, performance.now(), busyRate];

/** @type {import("./svg.mjs").Frame[]} */
const frames = [];
const end = new AbortController();

prepare();
const watching = watchScreen();

await run("cat fleet.yaml", 4000);
await clear();
await type("fleet apply\r");
await shows("[y/N]");
await pause(2000);
await type("y\r");
await prompt();
await pause(2000);
await clear();
await run("fleet status", 3000);
await clear();
await run("sed -i 's/sonnet/haiku/' fleet.yaml; echo '  scribe:' >>fleet.yaml", 600);
await run("fleet plan", 4000);
await clear();
await run("fleet apply --yes", 1500);
await type("tmux -L mosaic-factory attach -t '=reviewer'\r");
await shows("step 1:");
await pause(3500);
tmux("send-keys", "-t", "recorder:", "C-b", "d");
await prompt();
await pause(600);
await run("fleet plan", 3000);

end.abort();
await watching;
console.log(JSON.stringify({ columns, rows, ms: clock(), frames }));
tmux("kill-server");

/** Makes the program, the files and the terminal. */
function prepare() {
  const home = homedir();
  mkdirSync(join(home, ".local/bin"), { recursive: true });
  mkdirSync(join(home, "src/app"), { recursive: true });
  writeFileSync(join(home, ".local/bin/claude"), standIn, { mode: 0o755 });
  writeFileSync(join(home, "fleet.yaml"), fleetFile);
  writeFileSync(join(home, ".tmux.conf"), 'set -g status-right ""\n');
  writeFileSync(join(home, "recorder.conf"), "set -g status off\nset -g default-terminal tmux-256color\n");
  const size = ["-x", String(columns), "-y", String(rows)];
  const shell = ["env", "PS1=$ ", "LANG=C.UTF-8", "bash", "--norc", "--noprofile"];
  tmux(
    "-f",
    join(home, "recorder.conf"),
    "new-session",
    "-d",
    "-c",
    home,
    "-s",
    "recorder",
    ...size,
    ...shell,
  );
}

/**
 * Runs tmux, and returns its output.
 *
 * @param {...string} args
 */
function tmux(...args) {
  return execFileSync("tmux", ["-u", "-L", "recorder", ...args], { encoding: "utf8" });
}

/** Returns the screen: a line of text with colours for each row, and where the cursor is. */
function screen() {
  const cursor = tmux("display-message", "-p", "-t", "recorder:", "#{cursor_x} #{cursor_y} #{cursor_flag}");
  const lines = tmux("capture-pane", "-p", "-e", "-t", "recorder:").replace(/\n$/, "").split("\n");
  const [x = 0, y = 0, isShown = 0] = cursor.trim().split(" ").map(Number);
  return { lines, cursor: /** @type {const} */ ([x, y, isShown]) };
}

async function watchScreen() {
  for (let last = ""; !end.signal.aborted; await sleep(tick)) {
    const now = screen();
    const text = JSON.stringify(now);
    if (text !== last) frames.push({ ms: Math.round(clock()), ...now });
    last = text;
  }
}

/**
 * Types a text as a quick person does.
 *
 * @param {string} text
 */
async function type(text) {
  for (const sign of text) {
    tmux("send-keys", "-t", "recorder:", "-l", sign === ";" ? "\\;" : sign); // tmux takes a lone ; for the end of a command
    await sleep(sign === " " ? 70 : 35);
  }
}

/**
 * Types a command, waits for its end, and leaves its output there for `ms` to be read.
 *
 * @param {string} line
 * @param {number} ms
 */
async function run(line, ms) {
  await type(`${line}\r`);
  await prompt();
  await pause(ms);
}

/** Returns the time of the recording, ms. */
function clock() {
  const now = performance.now();
  played += (now - lastMoment) * rate;
  lastMoment = now;
  return played;
}

/**
 * Leaves the screen as it is for a reader, who needs the same time on a slow machine.
 *
 * @param {number} ms
 */
async function pause(ms) {
  clock();
  rate = 1;
  await sleep(ms);
  clock();
  rate = busyRate;
}

async function clear() {
  tmux("send-keys", "-t", "recorder:", "C-l");
  await prompt();
  await sleep(300);
}

/** Waits until the shell asks for the next command. */
function prompt() {
  return until("a prompt", (text) => text.trimEnd().split("\n").at(-1) === "$");
}

/**
 * Waits until the terminal shows a text.
 *
 * @param {string} wanted
 */
function shows(wanted) {
  return until(wanted, (text) => text.includes(wanted));
}

/**
 * Waits until a condition holds for the screen.
 *
 * @param {string} wanted
 * @param {(text: string) => boolean} holds
 */
async function until(wanted, holds) {
  await sleep(4 * tick);
  for (const deadline = performance.now() + 180_000; ; await sleep(tick)) {
    const text = tmux("capture-pane", "-p", "-t", "recorder:");
    if (holds(text)) return;
    if (performance.now() < deadline) continue;
    console.error(`The terminal did not show ${wanted}:\n${text}`);
    process.exit(1);
  }
}
