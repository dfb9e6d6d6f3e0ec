// A program in the place of ssh, for the key `connect` of a host: kill-line FOLDER HOST LINE. It runs LINE on HOST by ssh, and
// gives a name to each step of the connection: the host, the number of the connection to it, and the kind of the line that
// is about to arrive, as in `build1 2 proposal`. Only the first line of a kind counts.
//
//   FOLDER/log        gets the names of the steps, a line each
//   FOLDER/kill       has a name and what to kill there: { "at": "build1 2 done", "what": "ssh" }
//   FOLDER/down-HOST  is there while nobody reaches the host
//
// `sleep` stops the program on the host for 40 seconds, and kills the command that waits for the answer a second later.
// `controller` kills the command that waits for the answer, `ssh` and `sshd` the two ends of the connection, `program` the
// command on the host, and `host` that command and all ways to it.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

const [, , folder = "", host = "", line = ""] = process.argv;
const down = `${folder}/down-${host}`;
if (existsSync(down)) process.exit(255);

const log = `${folder}/log`;
appendFileSync(log, `${host} open\n`);
const number = readFileSync(log, "utf8")
  .split("\n")
  .filter((each) => each === `${host} open`).length;
/** @type {{ at?: string, what?: string }} */
const kill = existsSync(`${folder}/kill`) ? JSON.parse(readFileSync(`${folder}/kill`, "utf8")) : {};
const ssh = spawn("ssh", ["-T", "-oBatchMode=yes", "--", host, line], {
  stdio: ["pipe", "pipe", "inherit"],
});
ssh.stdin.on("error", () => {});
process.stdin.pipe(ssh.stdin);
process.stdout.on("error", end);
ssh.on("close", (code) => {
  process.stdout.write(isCut ? "" : text, () => process.exit(code ?? 255));
});

let text = "";
let isCut = false;
/** @type {Set<string>} */
const seen = new Set();
ssh.stdout.setEncoding("utf8").on("data", (/** @type {string} */ more) => {
  text += more;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n")) {
    const whole = text.slice(0, at + 1);
    text = text.slice(at + 1);
    const kind = /^fleet-boot \w+ (\w+)/.exec(whole)?.[1] ?? /^@\w+ \{"kind":"([\w-]+)"/.exec(whole)?.[1];
    if (kind !== undefined && !seen.has(kind)) step(kind);
    if (!isCut) process.stdout.write(whole);
  }
});

/**
 * Names a step, and kills something there if it is the one.
 *
 * @param {string} kind
 */
function step(kind) {
  seen.add(kind);
  const name = `${host} ${number} ${kind}`;
  appendFileSync(log, `${name}\n`);
  if (name !== kill.at) return;
  if (kill.what === "sleep") {
    onHost(
      "pkill -STOP -f '__remot[e] '; (sleep 40; pkill -CONT -f '__remot[e] ') >/dev/null 2>&1 </dev/null &",
    );
    setTimeout(() => process.kill(process.ppid, "SIGKILL"), 1_000);
  }
  if (kill.what === "controller") process.kill(process.ppid, "SIGKILL");
  if (kill.what === "sshd") onHost("pkill -KILL -f '[@]notty'");
  if (kill.what === "program" || kill.what === "host") onHost("pkill -KILL -f '__remot[e] '");
  if (kill.what === "host") writeFileSync(down, "");
  if (kill.what === "sshd") isCut = true;
  else if (kill.what !== "controller" && kill.what !== "sleep") end();
}

/**
 * Runs a line on the host, by a connection of its own.
 *
 * @param {string} words
 */
function onHost(words) {
  spawnSync("ssh", ["-T", "-oBatchMode=yes", "--", host, words]);
}

function end() {
  ssh.kill("SIGKILL");
  process.exit(255);
}
