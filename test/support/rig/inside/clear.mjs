// Runs inside the sandbox, as the user: makes it as good as new, except for the rig's own processes.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** The longest time for the end of all processes, ms. */
const longestMs = 10_000;

/** Starts a session as inside.sh does: with the same signals ignored, and with the two descriptors that it expects. */
const start = "trap '' HUP INT QUIT TERM; exec 3>/dev/null 4>&2; eval \"$FLEET_SANDBOX_SESSION\"";

const uid = process.getuid?.() ?? 0;
const slice = `/sys/fs/cgroup/user.slice/user-${uid}.slice`;
const mounts = readMounts();

/**
 * Ends everything that runs, and removes all files of the user and the control groups of the user manager. Throws if it
 * cannot: this sandbox is not to be used again then.
 *
 * @param {readonly (number | undefined)[]} kept the processes that go on
 * @param {string} scratch the beginning of the paths of the rig's own files
 */
export async function clear(kept, scratch) {
  await endAll(kept);
  if (readMounts() !== mounts) throw new Error("something is mounted");
  const journals = ["/run/log/journal", "/run/systemd/journal"];
  const own = [homedir(), `/run/user/${uid}`];
  for (const folder of [...own, ...journals, "/tmp", "/var/tmp", "/dev/shm"]) empty(folder, scratch);
  for (const folder of own) chmodSync(folder, 0o700);
  for (const folder of journals) chmodSync(folder, 0o755);
  const work = join(homedir(), "work");
  mkdirSync(work, 0o755);
  process.chdir(work);
  chmodSync(join(slice, "cgroup.procs"), 0o644); // without the way into it, a session is like one of a login
  const manager = join(slice, `user@${uid}.service`);
  for (const group of [manager, join(slice, "session-1.scope")]) removeGroupsIn(group);
  const handedDown = join(manager, "cgroup.subtree_control");
  for (const controller of readFileSync(handedDown, "utf8").split(/\s+/).filter(Boolean))
    writeFileSync(handedDown, `-${controller}`);
}

/**
 * Starts the journal and the user manager, as in a new sandbox. Throws with the words of the script if they do not get
 * ready.
 *
 * @param {string} script src/sandbox/session.sh
 */
export async function begin(script) {
  const bash = spawn(
    "bash",
    ["--norc", "-c", start, "fleet-sandbox", "--directory", process.cwd(), "--", "true"],
    {
      cwd: "/",
      env: { FLEET_SANDBOX_SESSION: script },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  bash.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const [code] = await once(bash, "exit");
  if (code !== 0) throw new Error(`the session did not start: ${code} ${said}`);
}

/**
 * Kills all processes of the user, again and again until none is left.
 *
 * @param {readonly (number | undefined)[]} kept
 */
async function endAll(kept) {
  // The manager and all that it runs at once, so it sees nothing end.
  writeFileSync(join(slice, `user@${uid}.service`, "cgroup.kill"), "1");
  const deadline = performance.now() + longestMs;
  for (;;) {
    const left = processesIn(slice).filter((pid) => pid !== process.pid && !kept.includes(pid));
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`processes did not end: ${left.join(" ")}`);
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if (!isCode(error, "ESRCH")) throw error;
      }
    }
    await pause(2);
  }
}

/**
 * Returns the processes of a control group and of all below it.
 *
 * @param {string} group
 * @returns {readonly number[]}
 */
function processesIn(group) {
  const own = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  return [...own, ...groupsIn(group).flatMap((each) => processesIn(each))];
}

/**
 * Removes the control groups below one.
 *
 * @param {string} group
 */
function removeGroupsIn(group) {
  for (const each of groupsIn(group)) {
    removeGroupsIn(each);
    rmdirSync(each);
  }
}

/**
 * Returns the control groups right below one.
 *
 * @param {string} group
 */
function groupsIn(group) {
  return readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(group, name));
}

/**
 * Removes everything in a folder except for the rig's own files.
 *
 * @param {string} folder
 * @param {string} scratch
 */
function empty(folder, scratch) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (path.startsWith(scratch)) continue;
    try {
      rmSync(path, { recursive: true });
    } catch (error) {
      if (!isCode(error, "EACCES")) throw error;
      spawnSync("chmod", ["-R", "u+rwX", path]);
      rmSync(path, { recursive: true });
    }
  }
}

/** Returns the mounts of this sandbox. */
function readMounts() {
  return readFileSync("/proc/self/mountinfo", "utf8");
}

/**
 * Returns true for an error of the system with this code.
 *
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}
