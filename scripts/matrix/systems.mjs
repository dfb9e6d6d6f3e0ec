import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The packages with the programs of the tests, apart from node. */
const packages = `
  systemd dbus dbus-user-session tmux util-linux mount bsdutils procps psmisc ca-certificates git openssh-client
  openssh-server iproute2 less file busybox zsh fish mandoc bindfs graphviz vim-tiny`
  .trim()
  .split(/\s+/);

/**
 * Returns the folder with a version of Debian. Makes it by debootstrap if it is not there, or if it is to be made again.
 *
 * @param {string} name such as `trixie`
 * @param {string} cache
 * @param {boolean} isFresh
 */
export async function makeSystem(name, cache, isFresh) {
  const folder = join(cache, name);
  if (existsSync(folder) && !isFresh) return folder;
  rmSync(folder, { recursive: true, force: true });
  const aside = `${folder}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  // Debian's own mirror, and the recipe of sid: debootstrap may know no newer one.
  const recipe = "/usr/share/debootstrap/scripts/sid";
  await run("debootstrap", ["--variant=minbase", name, aside, await mirror(), recipe]);
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive" };
  const apt = [
    "chroot",
    aside,
    "apt-get",
    "-qq",
    "-y",
    "--no-install-recommends",
    "-o",
    "Acquire::Check-Valid-Until=false",
  ];
  for (const args of [["update"], ["install", ...packages]]) {
    await run(apt[0] ?? "", [...apt.slice(1), ...args], { env, maxBuffer: 64 * 1024 * 1024 });
  }
  renameSync(aside, folder);
  return folder;
}

/** Returns the address from which apt gets the packages of this machine. */
async function mirror() {
  const { stdout } = await run("apt-get", ["indextargets", "--format", "$(SITE)"]);
  return stdout.split("\n")[0] ?? "";
}
