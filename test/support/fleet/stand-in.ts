import type { Sandbox } from "../rig/sandbox.ts";

/**
 * A program that behaves on its terminal as AI agents do: it takes a text by a bracketed paste, an Enter right after a paste
 * for a line break, Escape as an interrupt, and a text while it works for a further task. It writes to ~/log what happens.
 *
 * Its arguments: its name in the log, and its mood. `busy` works until Escape, `asking` shows a question that Enter agrees to,
 * `deaf` hears no text, no SIGTERM and no SIGHUP, `idle` waits for a text.
 */
const program = `
const { appendFileSync } = require("node:fs");
const [name, mood] = process.argv.slice(2);
const log = (text) => appendFileSync(process.env.HOME + "/log", name + " " + text + "\\n");
let isBusy = mood === "busy", isAsking = mood === "asking", draft = "", pastedMs = 0, pasted;
const draw = () => process.stdout.write("\\x1b[2J\\x1b[H" +
  (isAsking ? "│ Do you want to proceed? │\\r\\n❯ 1. Yes\\r\\n" : isBusy ? "Working (esc to interrupt)\\r\\n❯ " : "❯ ") + draft);
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => { log(signal); if (mood !== "deaf") process.exit(0); });
process.stdin.setRawMode(true);
process.stdout.write("\\x1b[?2004h");
process.stdin.on("data", (data) => {
  if (mood === "deaf") return;
  for (const part of String(data).split(/(\\x1b\\[20[01]~|\\x1b|\\r|\\x03)/)) {
    if (part === "\\x1b[200~") pasted = "";
    else if (part === "\\x1b[201~") { draft += pasted; pasted = undefined; pastedMs = Date.now(); }
    else if (pasted !== undefined) pasted += part;
    else if (part === "\\x1b") { log("interrupted"); isBusy = false; }
    else if (part === "\\x03") log("C-c");
    else if (part === "\\r") enter();
    else draft += part;
  }
  draw();
});
function enter() {
  if (isAsking) { log("answered"); isAsking = false; return; }
  if (Date.now() - pastedMs < 120) { draft += "\\n"; return; }
  const text = draft.trim();
  draft = "";
  if (isBusy) log("task " + text);
  else if (text === "/exit") { log("bye"); process.stdout.write("\\x1b[?2004l"); process.exit(0); }
  else log("text " + text);
}
draw();
log("up");
`;

/** Installs the stand-in as ~/bin/claude. */
export async function installStandIn(box: Sandbox): Promise<void> {
  await box.write("~/bin/claude", `#!/run/fleet/bin/node${program}`, 0o755);
}
