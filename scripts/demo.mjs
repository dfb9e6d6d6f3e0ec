// Takes the example fleet through its life, inside the sandbox: every command is real, and so is its output.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";

const keep = process.argv.includes("--keep");
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
/**
 * Returns the text in a style, if the output has colours.
 *
 * @param {Parameters<typeof styleText>[0]} style
 * @param {string} text
 */
const paint = (style, text) => (colours ? styleText(style, text) : text);

/**
 * The times of the commands, ms, in the order of their runs.
 *
 * @type {{ readonly line: string, readonly ms: number }[]}
 */
const timings = [];
let steps = 0;

/** @typedef {readonly [old: string, wanted: string]} Replacement */
/** @typedef {ReadonlyMap<string, number>} Processes */

say(
  "This is a sandbox: an empty home directory, with a systemd user manager, a journal",
  "and a tmux server of its own. All of this really happens, and leaves no trace.",
);

copyFileSync("/run/fleet/tool/fleet.example.yaml", "fleet.yaml");
step(
  "Check the file",
  "fleet.yaml declares the fleet. Its errors would be told all at once, with their places.",
);
fleet("validate");

step(
  "Look before you leap",
  "The plan is what apply would do, and changes nothing. Exit code 2: there is something to do.",
);
fleet("plan --detailed-exitcode", 2);

step("Bring the fleet to life", "One daemon-reload and one start for all of them.");
fleet("apply --yes");

step(
  "See how they are",
  "Each agent is a systemd unit, with a tmux session of the same name. One asks something.",
);
fleet("status");
fleet("logs --pane -n 3 canary");

step(
  "Talk to an agent",
  "A text goes into its terminal as if you had pasted it, and its screen tells if it is there.",
);
fleet("send writer 'issue 12; with care'");
fleet("wait writer --timeout 1m");
fleet("status --columns agent,state,activity writer");

step("Look over its shoulder", "Your terminal becomes that of the agent, until you detach with Ctrl-b d.");
attach("writer", "issue 13");
const before = processes();

const scribe = [
  "\nagents:\n  scribe:\n    description: Writes the minutes",
  `    command: while read -r line; do echo "noted - $line"; done\n\n`,
].join("\n");
step("Edit the file", "The canary is to look more often, the planner gets less memory, and a scribe joins.");
edit([
  ["sleep 10\n", "sleep 5\n"],
  ["memoryHigh: 384M", "memoryHigh: 256M"],
  ["\nagents:\n", scribe],
]);

step(
  "Plan the edit",
  "Only what changed is in it, and what that interrupts. A limit takes effect without a restart.",
);
fleet("plan --detailed-exitcode", 2);

step("Apply it", "Nobody else is touched.");
fleet("apply --yes");
compare(before, processes());

step("Twice is once", "Nothing is left to do. This time the exit code is 0.");
fleet("plan --detailed-exitcode", 0);

step(
  "Have it done for you",
  "A watch applies each save, and repairs each damage. Its log, from start to end:",
);
await watchWhile(async (told) => {
  await told("No changes.");
  edit([["description: Writes the minutes", "description: Takes the minutes"]]);
  await told("scribe changed");
  command("systemctl --user stop demo-agent@scribe.service");
  await told("scribe started");
});

if (!keep) {
  step("Take it all down", "Agents first, the tmux server last. Nothing of the fleet is left.");
  fleet("destroy --yes");
}
summary();
if (keep) shell();

/**
 * Runs `fleet watch` during an act, and shows its output.
 *
 * @param {(told: (text: string) => Promise<void>) => Promise<void>} act
 */
async function watchWhile(act) {
  console.log(`\n${paint("cyan", "$ fleet watch &")}`);
  const log = openSync("watch.log", "w");
  const watch = spawn("fleet", ["watch"], { stdio: ["ignore", log, "inherit"] });
  const ended = once(watch, "exit");
  await act((text) => waitFor(text, "watch.log"));
  watch.kill("SIGTERM");
  await ended;
  command("cut -c12- watch.log");
}

/**
 * Waits until a file holds a text, and ends the demonstration if it does not come.
 *
 * @param {string} text
 * @param {string} file
 */
async function waitFor(text, file) {
  for (const deadline = performance.now() + 30_000; !readFileSync(file, "utf8").includes(text);) {
    if (performance.now() > deadline) {
      console.error(`\n${paint("red", `The watch did not say "${text}":`)}\n${readFileSync(file, "utf8")}`);
      process.exit(1);
    }
    await sleep(20);
  }
}

/**
 * Announces a step: a heading, and a sentence that says why.
 *
 * @param {string} title
 * @param {string} why
 */
function step(title, why) {
  steps += 1;
  console.log(
    `\n${paint("bold", `── ${steps}. ${title} ${"─".repeat(Math.max(3, 70 - title.length))}`)}\n${why}`,
  );
}

/**
 * Prints lines.
 *
 * @param {...string} lines
 */
function say(...lines) {
  console.log(lines.join("\n"));
}

/**
 * Shows and runs `fleet` with these arguments.
 *
 * @param {string} args
 * @param {number} [expected] - the exit code
 */
function fleet(args, expected = 0) {
  command(`fleet ${args}`, expected);
}

/**
 * Shows a command as typed, runs it, and ends the demonstration if its exit code is not the expected one.
 *
 * @param {string} line
 * @param {number} [expected]
 */
function command(line, expected = 0) {
  console.log(`\n${paint("cyan", `$ ${line}`)}`);
  const began = performance.now();
  const { status } = spawnSync("bash", ["-c", line], { stdio: "inherit" });
  timings.push({ line, ms: performance.now() - began });
  if (status === expected) {
    if (status !== 0 && line.startsWith("fleet ")) console.log(paint("dim", `(exit code ${status})`));
    return;
  }
  console.error(
    `\n${paint("red", `It should have ended with ${expected}, and ended with ${status}. Stopping here.`)}`,
  );
  process.exit(1);
}

/**
 * Attaches a terminal of 76 columns to an agent, types a line, and shows the screen. The terminal is a pane of another tmux
 * server, which nobody sees.
 *
 * @param {string} agent
 * @param {string} typed
 */
function attach(agent, typed) {
  const line = `fleet attach ${agent}`;
  console.log(`\n${paint("cyan", `$ ${line}`)}`);
  const viewer = (/** @type {readonly string[]} */ ...args) => {
    const { stdout } = spawnSync("tmux", ["-L", "viewer", ...args], { encoding: "utf8" });
    return stdout;
  };
  const shows = (/** @type {string} */ text) => {
    for (
      const deadline = performance.now() + 60_000;
      performance.now() < deadline;
      spawnSync("sleep", ["0.02"])
    )
      if (viewer("capture-pane", "-p").includes(text)) return;
    console.error(
      `\n${paint("red", `The terminal did not show "${text}":`)}\n${viewer("capture-pane", "-p")}`,
    );
    process.exit(1);
  };
  const began = performance.now();
  viewer(
    "-f",
    "/dev/null",
    "new-session",
    "-d",
    "-x",
    "76",
    "-y",
    "9",
    `env -u TMUX ${line}; echo left; exec sleep 60`,
  );
  shows(`[${agent}]`);
  viewer("send-keys", typed, "Enter");
  shows(`Done with ${typed}`);
  const screen = viewer("capture-pane", "-p").split("\n").filter(Boolean);
  console.log([frame("┌"), ...screen.map((row) => `│ ${row}`), frame("└")].join("\n"));
  viewer("send-keys", "C-b", "d");
  shows("left");
  viewer("kill-server");
  timings.push({ line, ms: performance.now() - began });
}

/**
 * Returns the upper or lower edge of a screen.
 *
 * @param {string} corner
 */
function frame(corner) {
  return corner + "─".repeat(77);
}

/**
 * Replaces texts in fleet.yaml, and shows the difference.
 *
 * @param {readonly Replacement[]} replacements
 */
function edit(replacements) {
  const text = readFileSync("fleet.yaml", "utf8");
  copyFileSync("fleet.yaml", "before.yaml");
  writeFileSync("fleet.yaml", replacements.reduce(replaceOnce, text));
  command("diff -U1 --color=auto before.yaml fleet.yaml", 1);
}

/**
 * Replaces a text that must exist exactly once.
 *
 * @param {string} text
 * @param {Replacement} replacement
 */
function replaceOnce(text, [old, wanted]) {
  if (text.split(old).length !== 2) throw new Error(`fleet.example.yaml should have this once: ${old}`);
  return text.replace(old, wanted);
}

/**
 * Returns the main process of each running agent.
 *
 * @returns {Processes}
 */
function processes() {
  const { stdout } = spawnSync("fleet", ["status", "--json"], { encoding: "utf8" });
  /** @type {{ agents: readonly { name: string, pid?: number }[] }} */
  const { agents } = JSON.parse(stdout);
  return new Map(agents.flatMap(({ name, pid }) => (pid ? [[name, pid]] : [])));
}

/**
 * Prints the agents with the same process as before, and those with a new one.
 *
 * @param {Processes} old
 * @param {Processes} now
 */
function compare(old, now) {
  const kept = [...old.keys()].filter((name) => now.get(name) === old.get(name));
  const others = [...now.keys()].filter((name) => !kept.includes(name));
  const told = others.map(
    (name) => `${name} ${old.has(name) ? `${old.get(name)} → ${now.get(name)}` : now.get(name)}`,
  );
  say("", `Still the same processes: ${kept.join(", ")}.`, `New processes: ${told.join(", ")}.`);
}

function summary() {
  const total = timings.reduce((sum, { ms }) => sum + ms, 0);
  console.log(`\n${paint("bold", `── Timings ${"─".repeat(64)}`)}`);
  for (const { line, ms } of timings.filter((timing) => timing.line.startsWith("fleet "))) {
    console.log(`${ms.toFixed(0).padStart(7)} ms  ${line}`);
  }
  console.log(`${total.toFixed(0).padStart(7)} ms  altogether`);
  if (keep) return;
  say(
    "",
    "Next:",
    "  npm start -- --keep    the same, and then a shell next to the running fleet",
    "  npm test               every test, on a real systemd and tmux like this one",
    "  README.md              your own fleet.yaml",
  );
}

/** Leaves the person in a shell, with the fleet running. */
function shell() {
  say(
    "",
    "The fleet runs, and you are in its sandbox. Try:",
    "  fleet status",
    "  fleet attach canary                         (Ctrl-b d leaves it again)",
    "  tmux -L demo-factory kill-server            and look again: systemd brings everybody back",
    "  edit fleet.yaml, fleet plan, fleet apply; or fleet watch, and edit it in another window",
    "  journalctl --user-unit='demo-*'             systemd-cgls",
    "  exit                                        ends everything",
  );
  spawnSync("bash", { stdio: "inherit" });
}
