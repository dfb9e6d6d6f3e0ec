#!/usr/bin/env node
// A small program that behaves as opencode does, as far as its documentation says: plugins of all its configurations, events,
// the alternate screen, sessions.
//
//   opencode.mjs [--continue | --session ID]
//
// Its prompts are commands to it:
//
//   work MS        works for so long, and is done; then the message of the person gets a summary
//   ask            asks for a permission next to another tool, until Enter
//   question       asks a question, until Enter
//   subagent       a subagent works, is done, and asks for a permission, until Enter
//   limit          tries again later, because the account has reached its limit
//   crash          is killed
//   /exit          ends
//
// Escape interrupts it.
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

process.title = "opencode";
const words = process.argv.slice(2);
if (words.includes("--version")) {
  process.stdout.write("1.1.20\n");
  process.exit(0);
}
const home = process.env.HOME ?? "";
const folder = `${home}/.local/share/opencode/storage/session`;
/**
 * Returns the configuration in a text; nothing if there is none.
 *
 * @param {string | undefined} text
 */
const configIn = (text) => (text === undefined ? {} : JSON.parse(text));
const own = `${home}/.config/opencode/opencode.json`;
/** The plugins of all configurations are joined. */
const plugins = [
  ...(configIn(existsSync(own) ? readFileSync(own, "utf8") : undefined).plugin ?? []),
  ...(configIn(process.env.OPENCODE_CONFIG_CONTENT).plugin ?? []),
];
/** @type {{ event?: (input: object) => Promise<void>, "tool.execute.before"?: (input: object, output: object) => Promise<void> }[]} */
const hooks = [];
for (const plugin of plugins) {
  const module = await import(plugin.startsWith("file://") ? plugin : pathToFileURL(plugin).href);
  for (const make of new Set(Object.values(module)))
    hooks.push(await make({ directory: process.cwd(), worktree: process.cwd() }));
}

const sessions = existsSync(folder) ? readdirSync(folder).sort() : [];
const given = words.includes("--session") ? words[words.indexOf("--session") + 1] : undefined;
if (given !== undefined && !sessions.includes(given)) {
  process.stderr.write(`Session not found: ${given}\n`);
  process.exit(1);
}
const continued = given ?? (words.includes("--continue") ? sessions.at(-1) : undefined);
/** @type {string} */
let session = continued ?? "";
let messages = 0;

/**
 * Tells all plugins of an event.
 *
 * @param {string} type
 * @param {object} properties
 */
async function emit(type, properties) {
  for (const { event } of hooks) await event?.({ event: { type, properties } });
}
/**
 * Tells of the state of a session.
 *
 * @param {string} sessionID
 * @param {{ type: string, [name: string]: unknown }} status
 */
async function become(sessionID, status) {
  await emit("session.status", { sessionID, status });
  if (status.type === "idle") await emit("session.idle", { sessionID });
}
/**
 * Begins a tool.
 *
 * @param {string} sessionID
 * @param {string} tool
 */
async function use(sessionID, tool) {
  for (const hook of hooks)
    await hook["tool.execute.before"]?.({ tool, sessionID, callID: "1" }, { args: {} });
}

/** @type {string[]} */
const history = [];
/**
 * Shows the screen.
 *
 * @param {string[]} rows
 */
const show = (...rows) =>
  process.stdout.write(`\u001b[2J\u001b[H${[...history.slice(-10), "", ...rows].join("\n")}`);
const prompt = () =>
  show(
    "┃",
    '┃  Ask anything... "Fix a TODO in the codebase"',
    "┃",
    "┃  Build  Some Model",
    "",
    "  tab agents  ctrl+p commands",
  );
const busy = () => show("┃", "┃", "┃", "┃  Build  Some Model", "", "  ■■⬝⬝  esc interrupt");

/** @type {NodeJS.Timeout | undefined} */
let timer;
/** @type {{ id: string, kind: string } | undefined} */
let asked;
/** @type {object} */
let message = {};
async function rest() {
  clearTimeout(timer);
  timer = undefined;
  asked = undefined;
  await become(session, { type: "idle" });
  await emit("message.updated", { sessionID: session, info: { ...message, summary: { diffs: [] } } });
  prompt();
}
/**
 * Works, and is done after some ms.
 *
 * @param {number} ms
 */
async function work(ms) {
  busy();
  await use(session, "bash");
  timer = setTimeout(() => {
    history.push("Done.");
    void rest();
  }, ms);
}
/**
 * Asks a person, in the name of a session.
 *
 * @param {string} kind
 * @param {object} properties
 * @param {string[]} rows
 */
async function ask(kind, properties, ...rows) {
  asked = { id: "req_1", kind };
  await emit(`${kind}.asked`, { id: "req_1", ...properties });
  show(...rows);
}

/**
 * Obeys a prompt.
 *
 * @param {string} text
 */
async function take(text) {
  if (text === "/exit") process.exit(0);
  if (text === "crash") process.kill(process.pid, "SIGKILL");
  if (session === "") {
    session = `ses_${Date.now()}x${process.pid}`;
    await emit("session.created", { sessionID: session, info: { id: session } });
  }
  history.push(`┃  ${text}`);
  mkdirSync(folder, { recursive: true });
  appendFileSync(`${folder}/${session}`, `${text}\n`);
  message = { id: `msg_${(messages += 1)}`, sessionID: session, role: "user" };
  await emit("message.updated", { sessionID: session, info: message });
  await become(session, { type: "busy" });
  const [what = "", ms = "0"] = text.split(" ");
  const permission = { permission: "bash", patterns: ["rm -rf build"] };
  const rows = [
    "┃ △ Permission required",
    "┃ # Removes the build",
    "┃ $ rm -rf build",
    "┃  Allow once   Allow always   Reject",
  ];
  switch (what) {
    case "ask":
      await ask("permission", { sessionID: session, ...permission }, ...rows);
      await use(session, "read");
      return;
    case "question":
      await ask(
        "question",
        { sessionID: session, questions: [{ question: "Which branch?" }] },
        "┃ Which branch?",
        "┃ 1. main",
      );
      return;
    case "subagent": {
      busy();
      const child = `${session}c`;
      await emit("session.created", { sessionID: child, info: { id: child, parentID: session } });
      await become(child, { type: "busy" });
      await become(child, { type: "idle" });
      await ask("permission", { sessionID: child, ...permission }, ...rows);
      return;
    }
    case "limit":
      await become(session, { type: "retry", attempt: 1, message: "Usage limit reached", next: 0 });
      show("Usage limit reached [retrying in 2h attempt #1]", "┃", "┃  Build  Some Model", "  esc interrupt");
      return;
    default:
      await work(Number(ms));
  }
}
async function answer() {
  const { id = "", kind = "" } = asked ?? {};
  asked = undefined;
  await emit(`${kind}.replied`, { sessionID: session, requestID: id, reply: "once" });
  await work(100);
}

process.stdout.write("\u001b[?1049h\u001b[?2004h");
process.on("exit", () => process.stdout.write("\u001b[?2004l\u001b[?1049l"));
if (continued !== undefined)
  history.push(
    ...readFileSync(`${folder}/${continued}`, "utf8")
      .trim()
      .split("\n")
      .map((text) => `┃  ${text}`),
  );
prompt();
if (process.stdin.isTTY) process.stdin.setRawMode(true);
let typed = "";
process.stdin.setEncoding("utf8").on("data", (data) => {
  for (const char of String(data).replaceAll("\u001b[200~", "").replaceAll("\u001b[201~", "")) {
    if (char === "\u001b") void rest();
    else if (char !== "\r") typed += char;
    else if (asked !== undefined) void answer();
    else if (typed !== "") {
      const text = typed;
      typed = "";
      void take(text);
    }
  }
});
