#!/usr/bin/env node
// A small program that behaves as claude does, as far as its documentation says: conversations, hooks, prompt, exit words.
//
//   claude.mjs [--settings FILE] [--session-id ID | --resume ID] [-p]
//
// Its prompts are commands to it:
//
//   work MS        works for so long, and is done
//   silently       works until ~/done exists, and its screen does not tell
//   ask            asks for a permission, until 1 is typed
//   question       asks a question with a tool, which has no event of its own
//   limit          is done, because the account has reached its limit
//   fail ERROR     is done, because of an error
//   nested         lets a tool run another claude, which works and ends
//   /clear         begins another conversation
//   /exit          ends
//
// Escape interrupts it, and a prompt while it works waits. With TRUSTED=no in the environment, it asks first if it may read
// the folder, until 1 is typed.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";

process.title = "claude";
const words = process.argv.slice(2);
if (words.includes("--version")) {
  process.stdout.write("2.1.45 (Claude Code)\n");
  process.exit(0);
}
/**
 * Returns the value of an option.
 *
 * @param {string} name
 */
const valueOf = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
const folder = `${process.env.HOME}/.claude/projects/here`;
/**
 * Returns the file of a conversation.
 *
 * @param {string} id
 */
const fileOf = (id) => `${folder}/${id}.jsonl`;
const settings = valueOf("--settings");
const { hooks = {} } = settings === undefined ? {} : JSON.parse(readFileSync(settings, "utf8"));
const resumed = valueOf("--resume");
/** @type {string} */
let session = resumed ?? valueOf("--session-id") ?? randomUUID();

/**
 * Says a message and ends.
 *
 * @param {string} message
 */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
if (resumed !== undefined && !existsSync(fileOf(resumed)))
  fail(`No conversation found with session ID: ${resumed}`);
if (resumed === undefined && existsSync(fileOf(session)))
  fail(`Error: Session ID ${session} is already in use.`);

/**
 * Runs the hooks of an event, and waits for them.
 *
 * @param {string} event
 * @param {object} data
 * @param {string} kind
 */
function emit(event, data = {}, kind = "") {
  for (const { matcher, hooks: own } of hooks[event] ?? []) {
    if (matcher !== undefined && !new RegExp(`^(?:${matcher})$`).test(kind)) continue;
    for (const { command } of own) {
      const input = JSON.stringify({ session_id: session, hook_event_name: event, ...data });
      const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { input, encoding: "utf8" });
      if (status !== 0 || stdout.length + stderr.length > 0)
        fail(`a hook failed: ${status} ${stdout}${stderr}`);
    }
  }
}

/** @type {string[]} */
let history = [];
/**
 * Shows the screen: what happened, and the rows below.
 *
 * @param {string[]} rows
 */
function show(...rows) {
  process.stdout.write(`\u001b[2J\u001b[H${[...history.slice(-10), "", ...rows].join("\n")}`);
}
const prompt = () => show("─".repeat(40), "❯\u00a0", "─".repeat(40));
const busy = () => show("✻ Thinking… (2s · esc to interrupt)");

/**
 * Adds a prompt to the conversation.
 *
 * @param {string} text
 */
function remember(text) {
  mkdirSync(folder, { recursive: true });
  appendFileSync(fileOf(session), `${JSON.stringify({ text })}\n`);
}

/** @type {NodeJS.Timeout | undefined} */
let timer;
/** @type {string[]} */
const queue = [];
function rest() {
  clearTimeout(timer);
  timer = undefined;
  prompt();
}
/**
 * Works, and is done after some ms.
 *
 * @param {number} ms
 */
function work(ms) {
  busy();
  emit("PreToolUse", { tool_name: "Bash", tool_input: { command: "make" } }, "Bash");
  clearTimeout(timer);
  timer = setTimeout(finish, ms);
}
function finish() {
  emit("PostToolUse", { tool_name: "Bash" }, "Bash");
  emit("Stop");
  history.push("● Done.");
  rest();
  const next = queue.shift();
  if (next !== undefined) take(next);
}

/**
 * Obeys a prompt.
 *
 * @param {string} text
 */
function take(text) {
  if (text === "/exit") process.exit(0);
  if (text === "crash") process.kill(process.pid, "SIGKILL");
  if (text === "/clear") {
    emit("SessionEnd");
    session = randomUUID();
    history = [`conversation ${session}`];
    emit("SessionStart", { source: "clear" }, "clear");
    prompt();
    return;
  }
  history.push(`❯ ${text}`);
  remember(text);
  emit("UserPromptSubmit", { prompt: text });
  const [what = "", ms = "0"] = text.split(" ");
  switch (what) {
    case "ask":
      emit("PreToolUse", { tool_name: "Bash", tool_input: { command: "rm -rf build" } }, "Bash");
      emit("PermissionRequest", { tool_name: "Bash", tool_input: { command: "rm -rf build" } }, "Bash");
      show(" Bash command", "   rm -rf build", " Do you want to proceed?", " ❯ 1. Yes", "   2. No");
      return;
    case "question":
      emit(
        "PreToolUse",
        { tool_name: "AskUserQuestion", tool_input: { question: "Which one?" } },
        "AskUserQuestion",
      );
      show(" Which one?", " ❯ 1. This", "   2. That");
      return;
    case "limit":
      emit("Stop");
      history.push("You've hit your session limit · resets 3pm");
      prompt();
      return;
    case "fail":
      emit("StopFailure", { error: ms, error_details: "429 Too Many Requests" }, ms);
      history.push("API Error");
      prompt();
      return;
    case "silently":
      show("reading files");
      emit("PreToolUse", { tool_name: "Read" }, "Read");
      timer = setInterval(() => {
        if (existsSync(`${process.env.HOME}/done`)) finish();
      }, 50);
      return;
    case "nested":
      busy();
      emit("PreToolUse", { tool_name: "Bash" }, "Bash");
      spawnSync("sh", ["-c", `"${process.argv[1]}" -p --settings "${settings}"; true`]);
      return;
    default:
      work(Number(ms));
  }
}

function begin() {
  emit(
    "SessionStart",
    { source: resumed === undefined ? "startup" : "resume" },
    resumed === undefined ? "startup" : "resume",
  );
  if (words.includes("-p")) {
    emit("UserPromptSubmit");
    emit("Stop");
    process.exit(0);
  }
  if (resumed !== undefined)
    history.push(
      ...readFileSync(fileOf(resumed), "utf8")
        .trim()
        .split("\n")
        .map((line) => `❯ ${JSON.parse(line).text}`),
    );
  history.unshift(`conversation ${session}`);
  prompt();
}

let asksForTrust = process.env.TRUSTED === "no";
if (asksForTrust) show("Do you trust the files in this folder?", " ❯ 1. Yes", "   2. No");
else begin();

if (process.stdin.isTTY) process.stdin.setRawMode(true);
process.stdout.write("\u001b[?2004h\u001b[?1004h");
/**
 * Returns what was typed or pasted, without the marks of a paste and of the focus.
 *
 * @param {string} data
 */
const withoutMarks = (data) =>
  ["[200~", "[201~", "[I", "[O"].reduce((text, mark) => text.replaceAll(`\u001b${mark}`, ""), data);
let line = "";
process.stdin.setEncoding("utf8").on("data", (data) => {
  for (const char of withoutMarks(String(data))) {
    if (char === "\u001b") {
      rest(); // no hook tells of this
    } else if (asksForTrust) {
      if (char !== "1") continue;
      asksForTrust = false;
      begin();
    } else if (char === "1" && line === "" && history.at(-1)?.match(/ask|question/)) work(100);
    else if (char !== "\r" && char !== "\n") line += char;
    else if (line !== "") {
      const text = line;
      line = "";
      if (timer === undefined) take(text);
      else queue.push(text);
    }
  }
});
process.stdin.resume();
