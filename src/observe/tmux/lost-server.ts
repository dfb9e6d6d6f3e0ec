import type { Layout } from "../../desired/layout.ts";
import { exists, listFolder, readPath } from "../../drivers/files/read.ts";
import { serverPid } from "./other-tmux.ts";
import { unitOfProcess } from "./observe-tmux.ts";

/** Returns the socket of the holder's tmux server: its unit clears TMUX_TMPDIR. */
export function socketPath({ socket }: Layout, uid: number): string {
  return `/tmp/tmux-${uid}/${socket}`;
}

/**
 * Returns the process id of the holder's tmux server if it still listens on a socket without its file, for
 * example after a cleaner of /tmp. Undefined unless all of this is certain: the holder's start has written
 * the id, the process is in the holder's control group, and the kernel lists the socket of that path among
 * its open files.
 */
export function lostServer(layout: Layout, uid: number | undefined): number | undefined {
  const pid = serverPid(layout);
  if (pid === undefined || uid === undefined) return undefined;
  const path = socketPath(layout, uid);
  if (exists(path) || unitOfProcess(String(pid)) !== layout.holderUnit) return undefined;
  return holdsSocket(pid, socketInodes(path)) ? pid : undefined;
}

/** Returns the inodes of sockets bound to a path, even if the path is gone: see proc_net(5). */
function socketInodes(path: string): ReadonlySet<string> {
  const table = readPath("/proc/net/unix");
  const lines = table?.kind === "file" ? table.content.split("\n") : [];
  return new Set(
    lines.filter((line) => line.endsWith(` ${path}`)).flatMap((line) => line.trim().split(/\s+/)[6] ?? []),
  );
}

function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return listFolder(folder).some((fd) => {
      const found = readPath(`${folder}/${fd}`);
      const inode = found?.kind === "link" ? /^socket:\[(\d+)\]$/.exec(found.target)?.[1] : undefined;
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false; // The process has just ended.
  }
}
