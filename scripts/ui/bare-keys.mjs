// Runs in the sandbox: gives keys to the agent `typed` by tmux alone, and prints the time from the start of each call to the
// echo in a pipe of the pane, ms, as JSON. So long takes the way of a key without a page and its server.
import { execFileSync, spawn } from "node:child_process";
import { constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const [socket = "", keys = ""] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "bare-keys-"));
const path = join(folder, "pipe");
const tmux = ["-N", "-L", socket];
const pane = ["-t", "=typed:"];
try {
  execFileSync("mkfifo", [path]);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const echo = new Socket({ fd, readable: true, writable: false });
  execFileSync("tmux", [...tmux, "pipe-pane", "-O", ...pane, `exec dd bs=64k status=none of=${path}`]);
  const times = [];
  for (let key = 0; key < Number(keys); key += 1) {
    await pause(80);
    const began = performance.now();
    const heard = new Promise((resolve) => echo.once("data", resolve));
    spawn("tmux", [...tmux, "send-keys", ...pane, "-H", "78"], { stdio: "ignore" });
    await heard;
    times.push(performance.now() - began);
  }
  execFileSync("tmux", [...tmux, "pipe-pane", ...pane]);
  execFileSync("tmux", [...tmux, "send-keys", ...pane, "C-u"]);
  echo.destroy();
  console.log(JSON.stringify(times));
} finally {
  rmSync(folder, { recursive: true });
}
