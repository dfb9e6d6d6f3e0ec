import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { account } from "./disks.mjs";

/**
 * The result of a script.
 *
 * @typedef {{ readonly code: number, readonly stdout: string, readonly stderr: string }} Ran
 */

/**
 * A running virtual machine.
 *
 * @typedef {object} Machine
 * @property {string} login the command that logs in
 * @property {(script: string) => Promise<Ran>} root runs a script as root
 * @property {(script: string) => Promise<Ran>} ada logs in as the account of the fleet, runs a script, and logs out
 * @property {() => Promise<{ close: () => Promise<void> }>} stayLoggedIn opens a login session that lasts until it is closed
 * @property {() => Promise<void>} reboot
 * @property {boolean} isEmulated true without KVM: all is slower then
 * @property {() => Promise<string>} facts the versions of its parts
 * @property {() => Promise<void>} end
 */

/** The most seconds of a boot, and of a script: without KVM all is about twenty times slower. */
const limits = { boot: 600, script: 900 };

/**
 * Boots a virtual machine. Its disk is as before at the end.
 *
 * @param {object} parts
 * @param {import("./disks.mjs").Disk} parts.disk
 * @param {string} parts.tool
 * @param {string} parts.log the file for its console
 * @param {string | undefined} parts.accel
 * @returns {Promise<Machine>}
 */
export async function boot({ disk, tool, log, accel }) {
  const port = await freePort();
  const accelerator = accel ?? (hasKvm() ? "kvm" : "tcg");
  const qemu = spawn(
    "qemu-system-x86_64",
    [
      ["-machine", "q35", "-accel", accelerator === "tcg" ? "tcg,thread=multi" : accelerator],
      ["-cpu", accelerator === "tcg" ? "max" : "host", "-smp", "2", "-m", "1536"],
      ["-display", "none", "-monitor", "none", "-serial", "stdio"],
      ["-kernel", disk.kernel, "-initrd", disk.initrd],
      ["-append", "root=/dev/vda rw console=ttyS0 net.ifnames=0"],
      ["-drive", `file=${disk.image},if=virtio,format=raw,snapshot=on`],
      ["-drive", `file=${tool},if=virtio,format=raw,readonly=on`],
      ["-nic", `user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:${port}-:22`],
      ["-device", "virtio-rng-pci"],
    ].flat(),
    { stdio: ["ignore", openSync(log, "w"), openSync(log, "a")] },
  );
  const hasEnded = once(qemu, "exit");
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "LogLevel=ERROR",
    "ConnectTimeout=20",
  ];
  const ssh = ["-i", disk.key, "-p", String(port), ...options.flatMap((each) => ["-o", each])];
  const run = (/** @type {string} */ user, /** @type {string} */ script) =>
    runSsh([...ssh, `${user}@127.0.0.1`, `bash -lc "$(cat)"`], script);
  const bootId = async () => (await run("root", "cat /proc/sys/kernel/random/boot_id")).stdout.trim();
  const isUp = async (/** @type {string} */ before) => {
    for (const deadline = Date.now() + limits.boot * 1000; Date.now() < deadline; await sleep(1000)) {
      if (qemu.exitCode !== null) throw new Error(`qemu has ended with ${qemu.exitCode}, see ${log}`);
      const now = await bootId();
      if (now !== "" && now !== before) return;
    }
    throw new Error(`the machine does not answer, see ${log}`);
  };
  const end = async () => {
    qemu.kill();
    await hasEnded;
  };
  try {
    await isUp("");
  } catch (error) {
    await end();
    throw error;
  }
  const isEmulated = accelerator === "tcg";
  // An emulated machine is 10 to 50 times slower, so the time limits of fleet are longer there.
  const patience = isEmulated ? "export MOSAIC_FLEET_TIMEOUT_FACTOR=20\n" : "";
  return {
    login: `ssh ${ssh.join(" ")} ${account}@127.0.0.1`,
    isEmulated,
    root: (script) => run("root", script),
    ada: (script) => run(account, `${patience}${script}`),
    async stayLoggedIn() {
      const child = spawn("ssh", [...ssh, `${account}@127.0.0.1`, "echo in; exec cat"], {
        stdio: ["pipe", "pipe", "ignore"],
      });
      await once(child.stdout, "data");
      return {
        async close() {
          child.stdin.end();
          await once(child, "exit");
        },
      };
    },
    async reboot() {
      const before = await bootId();
      await run("root", "systemctl reboot");
      await isUp(before);
    },
    async facts() {
      const script = `. /etc/os-release; echo "$PRETTY_NAME, Linux $(uname -r), $(systemctl --version | head -n1), $(tmux -V), node $(node --version)"`;
      return `${(await run("root", script)).stdout.trim()} (${accelerator})`;
    },
    end,
  };
}

/** Tells if the processor can run virtual machines. A device alone is not enough: it may need a changed kernel inside. */
function hasKvm() {
  return existsSync("/dev/kvm") && ["kvm_intel", "kvm_amd"].some((name) => existsSync(`/sys/module/${name}`));
}

/**
 * Runs ssh with a script on its standard input. A connection that fails has the code 255.
 *
 * @param {readonly string[]} args
 * @param {string} script
 * @returns {Promise<Ran>}
 */
async function runSsh(args, script) {
  const child = spawn("ssh", args, { stdio: "pipe", timeout: limits.script * 1000 });
  const texts = { stdout: "", stderr: "" };
  for (const name of /** @type {const} */ (["stdout", "stderr"])) {
    child[name].setEncoding("utf8").on("data", (/** @type {string} */ text) => (texts[name] += text));
  }
  child.stdin.on("error", () => undefined);
  child.stdin.end(script);
  const [code] = await once(child, "close");
  return { code: code ?? 255, ...texts };
}

/** Returns a free port. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
