import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs the tests in a system, or on this machine, and returns the results.
 *
 * @param {object} run
 * @param {string} run.clone
 * @param {import("../package/nodes.mjs").InstalledNode} run.node
 * @param {string | undefined} run.folder
 * @param {string} run.name
 * @param {readonly string[]} run.tests
 * @returns {Promise<import("./report.mjs").Cell>}
 */
export async function runTests({ clone, node, folder, name, tests }) {
  const results = join(clone, "results.json");
  rmSync(results, { force: true });
  const inside = folder === undefined ? clone : "/work/clone";
  const script = `cd ${inside} && node dist/cli.js --version >/dev/null 2>&1 || node scripts/build.mjs
systemctl --version | head -n 1 >results.versions; tmux -V >>results.versions; node --version >>results.versions
exec node node_modules/vitest/vitest.mjs run --project e2e --reporter=json --outputFile=results.json ${tests.join(" ")}`;
  const enter =
    folder === undefined
      ? ["bash", "-c", script]
      : ["bash", "-c", enterScript, "enter", folder, clone, node.folder, script, npmFolder()];
  const began = performance.now();
  const child = spawn("unshare", ["--mount", "--propagation=private", ...enter], {
    env: { ...node.env, CI: "true" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await once(child, "close");
  const [systemd = "?", tmux = "?", version = "?"] = read(join(clone, "results.versions")).split("\n");
  /** @type {{ testResults?: readonly { name: string, message: string, assertionResults: readonly { status: string, fullName: string, failureMessages?: readonly string[] }[] }[] }} */
  const { testResults = [] } = JSON.parse(read(results) || "{}");
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = (/** @type {string} */ status) => all.filter((test) => test.status === status).length;
  const brokenFiles = testResults.filter(
    ({ message, assertionResults }) =>
      message !== "" && !assertionResults.some(({ status }) => status === "failed"),
  );
  return {
    system: name,
    systemd: systemd.replace(/^systemd (\S+).*/, "$1"),
    tmux: tmux.replace(/^tmux /, ""),
    node: version.replace(/^v/, ""),
    passed: count("passed"),
    skipped: count("pending") + count("skipped"),
    failures: [
      ...all
        .filter(({ status }) => status === "failed")
        .map(
          ({ fullName, failureMessages = [] }) => `${fullName}\n    ${shortened(failureMessages[0] ?? "")}`,
        ),
      ...brokenFiles.map(({ name: file }) => `${file} (whole file)`),
    ],
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** Returns the folder of this machine's npm. */
function npmFolder() {
  return join(execFileSync("npm", ["root", "--global"], { encoding: "utf8" }).trim(), "npm");
}

/**
 * Enters a system: `enter FOLDER CLONE NODE SCRIPT NPM`. Its root is a mount of its own, because the sandbox changes the
 * propagation of /, and becomes that of the mount namespace: chroot(2) alone would forbid all user namespaces below it.
 */
const enterScript = `set -e
root=$1
mount --bind "$root" "$root"
for each in proc sys dev; do mount --rbind "/$each" "$root/$each"; mount --make-rslave "$root/$each"; done
mount -t tmpfs none "$root/run"
mount -t tmpfs -o mode=1777 none "$root/tmp"
mkdir -p "$root/work/clone" "$root/opt/node" "$root/opt/npm"
mount --bind "$2" "$root/work/clone"
mount --bind "$3/node_modules" "$root/opt/node"
mount --bind "$5" "$root/opt/npm"
node=$(cd "$root/opt/node" && echo node-linux-*/bin)
# Units find node there, as on a machine with a package of it.
ln -sfn "/opt/node/$node/node" "$root/usr/local/bin/node"
ln -sfn /opt/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
mkdir -p "$root/before"
cd "$root"
pivot_root . before
umount -l /before
exec env PATH="/opt/node/$node:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root bash -c "$4"`;

/**
 * Returns the first lines of a message.
 *
 * @param {string} message
 */
function shortened(message) {
  return message.split("\n").slice(0, 12).join("\n    ").slice(0, 1500);
}

/**
 * Returns the text of a file, or an empty one.
 *
 * @param {string} path
 */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
