#!/usr/bin/env node
// A small program that behaves as gemini does, as far as its documentation says: layers of settings, hooks, title, sessions.
//
//   gemini.mjs [--resume latest | --resume ID]
//
// Its prompts are commands to it:
//
//   work MS        works for so long, and is done
//   ask            asks for a permission, until 1 is typed
//   limit          is done, because the account has reached its limit
//   crash          is killed
//   /quit          ends
//
// Escape interrupts it, and no hook tells of that. An Enter right after a paste is a line break.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { randomUUID } from "node:crypto";

process.title = "gemini";
const words = process.argv.slice(2);
if (words.includes("--version")) {
  process.stdout.write("0.27.1\n");
  process.exit(0);
}
const home = process.env.HOME ?? "";
const folder = `${home}/.gemini/tmp/${process.cwd().replaceAll("/", "-")}/chats`;
/**
 * Returns settings of a file.
 *
 * @param {string} path
 */
const settingsIn = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
const defaults = process.env.GEMINI_CLI_SYSTEM_DEFAULTS_PATH ?? "/etc/gemini-cli/system-defaults.json";
/** Hooks of all layers run; other settings of a person win. */
const layers = [settingsIn(`${home}/.gemini/settings.json`), settingsIn(defaults)];

/**
 * Says a message and ends.
 *
 * @param {string} message
 */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(42);
}

/**
 * Returns the id of the session to resume.
 *
 * @param {string | undefined} wanted
 */
function resumed(wanted) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  if (files.length === 0) fail("Error resuming session: No previous sessions found for this project.");
  const times = files.map((name) => ({ name, time: statSync(`${folder}/${name}`).mtimeMs }));
  times.sort((one, other) => other.time - one.time);
  const found = wanted === "latest" ? times[0]?.name : files.find((name) => name === `${wanted}.json`);
  if (found === undefined) fail(`Error resuming session: Invalid session identifier "${wanted}".`);
  return found?.slice(0, -5) ?? "";
}
const resumes = words.includes("--resume");
const session = resumes ? resumed(words[words.indexOf("--resume") + 1]) : randomUUID();
const file = `${folder}/${session}.json`;

/**
 * Runs the hooks of an event, and waits for them. Their output must be JSON or nothing.
 *
 * @param {string} event
 * @param {object} data
 * @param {string} kind
 */
function emit(event, data = {}, kind = "") {
  for (const { hooks = {} } of layers) {
    for (const { matcher = "", hooks: own } of hooks[event] ?? []) {
      if (matcher !== "" && matcher !== "*" && matcher !== kind) continue;
      for (const { command } of own) {
        const input = JSON.stringify({
          session_id: session,
          transcript_path: file,
          cwd: process.cwd(),
          hook_event_name: event,
          timestamp: new Date().toISOString(),
          ...data,
        });
        const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { input, encoding: "utf8" });
        if (status !== 0 || `${stdout}${stderr}` !== "") fail(`a hook failed: ${status} ${stdout}${stderr}`);
      }
    }
  }
}

/** @type {string[]} */
const history = [];
/**
 * Shows the screen with a title.
 *
 * @param {string} title
 * @param {string[]} rows
 */
function show(title, ...rows) {
  process.stdout.write(
    `\u001b]2;${title}\u0007\u001b[2J\u001b[H${[...history.slice(-10), "", ...rows].join("\n")}`,
  );
}
const line = "─".repeat(60);
const prompt = () =>
  show(
    "◇  Ready (repo)",
    `╭${line}╮`,
    `│ ${">   Type your message or @path/to/file".padEnd(59)}│`,
    `╰${line}╯`,
    " ~/repo   no sandbox   auto",
  );
const busy = () =>
  show(
    "✦  Working… (repo)",
    "⠋ Reading the code (esc to cancel, 3s)",
    `╭${line}╮`,
    `│ ${">".padEnd(59)}│`,
    `╰${line}╯`,
  );

/** @type {NodeJS.Timeout | undefined} */
let timer;
let isAsked = false;
function rest() {
  clearTimeout(timer);
  timer = undefined;
  isAsked = false;
  prompt();
}
/**
 * Works, and is done after some ms.
 *
 * @param {number} ms
 */
function work(ms) {
  busy();
  emit(
    "BeforeTool",
    { tool_name: "run_shell_command", tool_input: { command: "make" } },
    "run_shell_command",
  );
  timer = setTimeout(() => {
    emit("AfterTool", { tool_name: "run_shell_command" }, "run_shell_command");
    emit("AfterAgent", { prompt: "", prompt_response: "Done.", stop_hook_active: false });
    history.push("✦ Done.");
    rest();
  }, ms);
}

/**
 * Obeys a prompt.
 *
 * @param {string} text
 */
function take(text) {
  if (text === "/quit") {
    emit("SessionEnd", { reason: "prompt_input_exit" }, "prompt_input_exit");
    process.exit(0);
  }
  if (text === "crash") process.kill(process.pid, "SIGKILL");
  history.push(` > ${text}`);
  mkdirSync(folder, { recursive: true });
  appendFileSync(file, `${JSON.stringify({ text })}\n`);
  emit("BeforeAgent", { prompt: text });
  const [what = "", ms = "0"] = text.split(" ");
  if (what === "ask") {
    isAsked = true;
    const details = {
      type: "exec",
      title: "Confirm Shell Command",
      command: "rm -rf build",
      rootCommand: "rm",
    };
    emit(
      "Notification",
      {
        notification_type: "ToolPermission",
        message: "Tool Confirm Shell Command requires execution",
        details,
      },
      "ToolPermission",
    );
    show(
      "✋  Action Required (repo)",
      "│ Allow execution of: 'rm'?",
      "│ ● 1. Allow once",
      "│   2. No, suggest changes (esc)",
    );
  } else if (what === "limit") {
    emit("AfterAgent", { prompt: text, prompt_response: "", stop_hook_active: false });
    history.push("✕ [API Error: You have reached your daily gemini-2.5-pro quota limit]");
    prompt();
  } else work(Number(ms));
}

emit("SessionStart", { source: resumes ? "resume" : "startup" }, resumes ? "resume" : "startup");
if (resumes) {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  history.push(...lines.map((text) => ` > ${JSON.parse(text).text}`));
}
history.unshift(`session ${session}`);
prompt();

if (process.stdin.isTTY) process.stdin.setRawMode(true);
process.stdout.write("\u001b[?2004h");
let typed = "";
let pastedAt = 0;
process.stdin.setEncoding("utf8").on("data", (data) => {
  if (String(data).includes("\u001b[201~")) pastedAt = Date.now();
  for (const char of String(data).replaceAll("\u001b[200~", "").replaceAll("\u001b[201~", "")) {
    if (char === "\u001b") rest();
    else if (isAsked) {
      if (char !== "1") continue;
      isAsked = false;
      work(100);
    } else if (char !== "\r") typed += char;
    else if (Date.now() - pastedAt < 40) typed += "\n";
    else if (typed !== "") {
      const text = typed;
      typed = "";
      take(text);
    }
  }
});
