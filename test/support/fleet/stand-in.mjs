#!/usr/bin/env node
// A stand-in for a program such as claude: a prompt at the bottom, bracketed paste, a placeholder in faint, questions, and
// `[Pasted text #1 +20 lines]` for a long paste. It writes each text that it takes into the file of its first argument, as
// one line of JSON. The text /ask makes it ask a question, /swallow has it take the next Enter for a line break, /slow
// has it take the next Enter late, and /deaf lets it read nothing for a while.
import { appendFileSync } from "node:fs";

const [, , log = "/dev/null"] = process.argv;
/** @type {string[]} */
const said = [];
let input = "";
let shown = "";
/** @type {string | undefined} */
let pasting;
let question = false;
let swallows = false;
let isSlow = false;

function draw() {
  const box = question
    ? ["Do you want to proceed?", " ❯ 1. Yes", "   2. No", "", "Esc to cancel"]
    : [
        "─".repeat(60),
        `❯\u00a0${shown === "" ? "\x1b[2mTry a task\x1b[22m" : shown.replaceAll("\n", "\r\n  ")}`,
        "─".repeat(60),
      ];
  process.stdout.write(`\x1b[2J\x1b[H${[...said.slice(-20), ...box].join("\r\n")}`);
}

function enter() {
  if (question) {
    appendFileSync(log, `${JSON.stringify("approved")}\n`);
    question = false;
  } else if (swallows) {
    swallows = false;
    input += "\n";
    shown += "\n";
  } else if (input !== "") {
    appendFileSync(log, `${JSON.stringify(input)}\n`);
    said.push(`> ${shown}`);
    question = input === "/ask";
    swallows = input === "/swallow";
    isSlow = input === "/slow";
    if (input === "/deaf") {
      process.stdin.pause();
      setTimeout(() => process.stdin.resume(), 1_500);
    }
    input = shown = "";
  }
  draw();
}

const esc = String.fromCodePoint(0x1b);
const marks = new RegExp(`(${esc}\\[20[01]~|${esc}\\[[IO]|${esc}|\r)`);
process.stdin.setRawMode(true);
process.stdin.setEncoding("utf8");
process.stdout.write("\x1b[?2004h\x1b[?1004h");
draw();
process.stdin.on("data", (data) => {
  for (const part of String(data).split(marks)) {
    if (part === "\x1b[200~") pasting = "";
    else if (part === "\x1b[201~") {
      const text = pasting ?? "";
      const lines = text.split("\n").length;
      input += text;
      shown += lines > 3 ? `[Pasted text #1 +${lines} lines]` : text;
      pasting = undefined;
      draw();
    } else if (pasting !== undefined) pasting += part;
    else if (part === "\r" && isSlow) {
      isSlow = false;
      setTimeout(enter, 600);
    } else if (part === "\r") enter();
    else if (part === "\x1b") {
      question = false;
      input = shown = "";
      draw();
    } else if (!part.startsWith("\x1b")) {
      input += part;
      shown += part;
      draw();
    }
  }
});
