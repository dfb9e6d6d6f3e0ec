#!/usr/bin/env node
// A small program in the place of codex, as far as its documentation goes: options, hooks, notify, bell, prompt, and
// conversations (threads) with names of its own.
//
//   codex.mjs [-c KEY=VALUE ...] [--dangerously-bypass-hook-trust] [resume ID | resume --last]
//
// It runs hooks of ~/.codex/hooks.json as well. With ~/.codex/trusts, a person has trusted those.
//
// Its prompts are commands to it:
//
//   work MS        works for so long, and is done
//   ask            asks for a permission, until y is typed
//   plan           asks a question that no row tells
//   subagent       a subagent takes a turn of its own, which codex tells like the turns of the agent
//   /new           begins another conversation
//   crash          is killed
//   /exit          ends
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";

process.title = "codex";
const words = process.argv.slice(2);
if (words.includes("--version")) {
  process.stdout.write("codex-cli 0.149.0\n");
  process.exit(0);
}
const settings = words.flatMap((word, index) => (words[index - 1] === "-c" ? [word] : []));
/**
 * Returns the value of a setting, as its text in TOML. A word of the command wins over the file.
 *
 * @param {string} key
 */
function settingOf(key) {
  const given = settings.findLast((setting) => setting.startsWith(`${key}=`));
  if (given !== undefined) return given.slice(key.length + 1);
  const lines = readOwn().split("\n");
  return lines.find((line) => line.startsWith(`${key} = `))?.slice(key.length + 3);
}
const codexHome = process.env.CODEX_HOME ?? `${process.env.HOME}/.codex`;
function readOwn() {
  try {
    return readFileSync(`${codexHome}/config.toml`, "utf8");
  } catch {
    return "";
  }
}

const day = `${codexHome}/sessions/2026/11/29`;
/**
 * Returns the file of a conversation. Its first line has the folder, and the agent that a subagent works for.
 *
 * @param {string} id
 */
const fileOf = (id) => `${day}/rollout-2026-11-29T12-00-00-${id}.jsonl`;
/**
 * Adds a line to a conversation. It has no file before.
 *
 * @param {string} id
 * @param {object} line
 * @param {unknown} source
 */
function keep(id, line, source = "cli") {
  mkdirSync(day, { recursive: true });
  const meta = { type: "session_meta", payload: { id, cwd: process.cwd(), source } };
  if (!existsSync(fileOf(id))) appendFileSync(fileOf(id), `${JSON.stringify(meta)}\n`);
  appendFileSync(fileOf(id), `${JSON.stringify(line)}\n`);
}
/**
 * Returns the lines of a conversation.
 *
 * @param {string} id
 */
const linesOf = (id) =>
  readFileSync(fileOf(id), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
/** Returns the last conversation of this folder. */
function lastOfFolder() {
  const ids = (existsSync(day) ? readdirSync(day) : []).map((name) => name.slice(28, -6));
  return ids.findLast((id) => linesOf(id)[0].payload.cwd === process.cwd());
}
const at = words.indexOf("resume");
const wanted = at === -1 ? undefined : words[at + 1] === "--last" ? lastOfFolder() : words[at + 1];
if (at !== -1 && (wanted === undefined || !existsSync(fileOf(wanted)))) {
  process.stderr.write("No saved session found\n");
  process.exit(1);
}
let thread = wanted ?? randomUUID();

/**
 * Runs the hooks of an event. A hook that nobody has trusted does not run.
 *
 * @param {string} event
 * @param {object} data
 */
function emit(event, data = {}) {
  const isForced = words.includes("--dangerously-bypass-hook-trust");
  const given = isForced ? (settingOf(`hooks.${event}`) ?? "") : "";
  const commands = [...given.matchAll(/command=("(?:\\.|[^"])*")/g)].map(([, text = ""]) => JSON.parse(text));
  if (existsSync(`${codexHome}/hooks.json`) && (isForced || existsSync(`${codexHome}/trusts`))) {
    const { hooks } = JSON.parse(readFileSync(`${codexHome}/hooks.json`, "utf8"));
    for (const group of hooks[event] ?? []) for (const { command } of group.hooks) commands.push(command);
  }
  for (const command of commands) {
    const input = JSON.stringify({ session_id: thread, hook_event_name: event, ...data });
    spawnSync("sh", ["-c", command], { input });
  }
}

/**
 * Runs the program for finished turns, with the event as its last word, and does not wait for it. The file `told` gets a line
 * when it has ended.
 *
 * @param {string} id
 */
function notify(id = thread) {
  const [program, ...rest] = JSON.parse(settingOf("notify") ?? "[]");
  if (program === undefined) return;
  const event = { type: "agent-turn-complete", "thread-id": id, "turn-id": "1", cwd: process.cwd() };
  spawn(program, [...rest, JSON.stringify(event)], { stdio: "ignore" }).on("close", () => {
    mkdirSync(codexHome, { recursive: true });
    appendFileSync(`${codexHome}/told`, `${id}\n`);
  });
}

/**
 * Rings the bell, if the settings say so.
 *
 * @param {string} what
 */
function ring(what) {
  const isWanted = JSON.parse(settingOf("tui.notifications") ?? "[]").includes(what);
  if (isWanted && settingOf("tui.notification_method") === '"bel"') process.stdout.write("\u0007");
}

/**
 * Shows the screen.
 *
 * @param {string[]} rows
 */
const show = (...rows) =>
  process.stdout.write(`\u001b[2J\u001b[H${[`thread ${thread}`, ...said, ...rows].join("\n")}`);
/** @type {string[]} */
let said = wanted === undefined ? [] : linesOf(wanted).flatMap(({ text }) => (text ? [`: ${text}`] : []));
const prompt = () =>
  show("• Ready.", "", "› \u001b[2mExplain this codebase\u001b[22m", "", "  ? for shortcuts");

let isAsked = false;
/**
 * Works, and is done after some ms.
 *
 * @param {number} ms
 */
function work(ms) {
  emit("PreToolUse", { tool_name: "Bash" });
  show("• Working (2s • esc to interrupt)", "", "› ");
  setTimeout(() => {
    emit("PostToolUse", { tool_name: "Bash" });
    emit("Stop");
    prompt();
    notify();
  }, ms);
}

/**
 * Obeys a prompt.
 *
 * @param {string} text
 */
function take(text) {
  if (text === "/exit") process.exit(0);
  if (text === "crash") process.kill(process.pid, "SIGKILL");
  if (text === "/new") {
    thread = randomUUID();
    said = [];
    emit("SessionStart", { source: "clear" });
    prompt();
    return;
  }
  keep(thread, { text });
  said.push(`: ${text}`);
  emit("UserPromptSubmit", { prompt: text });
  const [what = "", ms = "0"] = text.split(" ");
  if (what === "ask") {
    isAsked = true;
    emit("PermissionRequest", { tool_name: "Bash", tool_input: { command: "git push" } });
    show(
      "Would you like to run the following command?",
      "  git push",
      "› 1. Yes, proceed (y)",
      "  2. No (esc)",
    );
    ring("approval-requested");
  } else if (what === "plan") {
    show("Which way?", "  1. This", "  2. That");
    ring("user-input-requested");
  } else if (what === "subagent") {
    const child = randomUUID();
    keep(child, {}, { subagent: { thread_spawn: { parent_thread_id: thread } } });
    notify(child);
    work(600_000);
  } else work(Number(ms));
}

emit("SessionStart", { source: "startup" });
prompt();
if (process.stdin.isTTY) process.stdin.setRawMode(true);
let line = "";
process.stdin.setEncoding("utf8").on("data", (data) => {
  for (const char of String(data)) {
    if (isAsked && char === "y") {
      isAsked = false;
      work(100);
    } else if (char !== "\r") line += char;
    else if (line !== "") {
      const text = line;
      line = "";
      take(text);
    }
  }
});
