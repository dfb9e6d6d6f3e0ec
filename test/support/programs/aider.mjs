#!/usr/bin/env node
// A small program that behaves as aider does, as far as its documentation says: prompt, questions and notifications.
//
//   aider.mjs [--notifications] [--notifications-command COMMAND] [--chat-history-file FILE] [--restore-chat-history]
//
// Its prompts: `work MS` works for so long, and is done; `ask` asks to run a command, until y is typed; `crash` is killed.
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";

process.title = "aider";
const words = process.argv.slice(2);
if (words.includes("--version")) {
  process.stdout.write("aider 0.86.1\n");
  process.exit(0);
}
const command = words[words.indexOf("--notifications-command") + 1] ?? "";

/** Tells a person, by the command in the place of the bell. */
function notify() {
  if (!words.includes("--notifications")) return;
  if (words.includes("--notifications-command")) spawn("sh", ["-c", command], { stdio: "ignore" });
  else process.stdout.write("\u0007");
}

let isAsked = false;
/**
 * Works, and is done after some ms.
 *
 * @param {number} ms
 */
function work(ms) {
  process.stdout.write("\nWaiting for the model\n");
  setTimeout(() => {
    process.stdout.write("Tokens: 1k sent\n> ");
    notify();
  }, ms);
}

const historyAt = words.indexOf("--chat-history-file");
const history = historyAt === -1 ? ".aider.chat.history.md" : (words[historyAt + 1] ?? "");
process.stdout.write("Aider v0.86\n");
if (words.includes("--restore-chat-history") && existsSync(history))
  process.stdout.write(`Restored previous conversation history.\n${readFileSync(history, "utf8")}`);
process.stdout.write("> ");
if (process.stdin.isTTY) process.stdin.setRawMode(true);
let line = "";
process.stdin.setEncoding("utf8").on("data", (data) => {
  for (const char of String(data)) {
    if (isAsked && char === "y") {
      isAsked = false;
      work(100);
    } else if (char !== "\r") {
      line += char;
      process.stdout.write(char);
    } else if (line !== "") {
      const [what = "", ms = "0"] = line.split(" ");
      if (what === "crash") process.kill(process.pid, "SIGKILL");
      appendFileSync(history, `#### ${line}\n`);
      line = "";
      isAsked = what === "ask";
      if (isAsked) {
        process.stdout.write("\nmake test\nRun shell command? (Y)es/(N)o/(D)on't ask again [Yes]: ");
        notify();
      } else work(Number(ms));
    }
  }
});
