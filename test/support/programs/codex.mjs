#!/usr/bin/env node
// A small program that behaves as codex does, as far as its documentation says: options, hooks, notify, bell and prompt.
//
//   codex.mjs [resume --last] [-c KEY=VALUE ...] [--dangerously-bypass-hook-trust]
//
// Its prompts are commands to it:
//
//   work MS        works for so long, and is done
//   ask            asks for a permission, until y is typed
//   plan           asks a question that no row tells
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

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
function readOwn() {
  try {
    return readFileSync(`${process.env.CODEX_HOME ?? `${process.env.HOME}/.codex`}/config.toml`, "utf8");
  } catch {
    return "";
  }
}
if (words[0] === "resume") {
  process.stderr.write("No saved session found\n");
  process.exit(1);
}

/**
 * Runs the hooks of an event. A hook that nobody has trusted does not run.
 *
 * @param {string} event
 * @param {object} data
 */
function emit(event, data = {}) {
  if (!words.includes("--dangerously-bypass-hook-trust")) return;
  for (const [, command = ""] of (settingOf(`hooks.${event}`) ?? "").matchAll(/command=("(?:\\.|[^"])*")/g)) {
    const input = JSON.stringify({ session_id: "019a", hook_event_name: event, ...data });
    spawnSync("sh", ["-c", JSON.parse(command)], { input });
  }
}

/** Runs the program for finished turns, with the event as its last word, and does not wait for it. */
function notify() {
  const [program, ...rest] = JSON.parse(settingOf("notify") ?? "[]");
  if (program === undefined) return;
  spawn(program, [...rest, JSON.stringify({ type: "agent-turn-complete" })], { stdio: "ignore" });
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
const show = (...rows) => process.stdout.write(`\u001b[2J\u001b[H${rows.join("\n")}`);
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
