import { statfsSync } from "node:fs";

/**
 * File systems for which the kernel reports only the changes of this machine, by their magic number (statfs(2)). Other
 * machines change files there too: the server, other clients, the host of a virtual machine or of a container.
 */
const shared: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "CIFS"],
  [0x01021997, "9p"], // WSL's /mnt/c, and folders that QEMU shares
  [0x65735546, "FUSE"], // sshfs, virtiofs and Docker Desktop too
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x7461636f, "OCFS2"],
  [0x01161970, "GFS2"],
  [0x0bd00bd0, "Lustre"],
  [0x786f4256, "VirtualBox"],
  [0xbacbacbc, "VMware"],
]);

/** Returns the name of the file system at a path if inotify misses changes there; undefined if it reports all. */
export function sharedFileSystem(path: string): string | undefined {
  try {
    return shared.get(statfsSync(path).type);
  } catch {
    return undefined; // the attempt to watch it says why
  }
}
