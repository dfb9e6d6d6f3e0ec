import { dirname } from "node:path/posix";
import { setTimeout as sleep } from "node:timers/promises";
import type { Layout } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { makeFolders } from "../../drivers/files/make-folders.ts";
import { signalMain } from "../../drivers/systemd/verbs.ts";
import { listPanes } from "../../drivers/tmux/list-panes.ts";
import { lostServer, socketPath } from "../../observe/tmux/lost-server.ts";
import type { Exec } from "../../system/exec.ts";
import { errorMessage } from "../../text/error-message.ts";

/** A server at work answers a signal within milliseconds; a machine under load may take longer, ms. */
const patienceMs = 5_000;

/**
 * Makes the holder's tmux server create the file of its socket again, by SIGUSR1 (tmux(1), SIGNALS), and
 * waits until it answers there. This signal ends any other process, so checks the process once more first.
 */
export async function recreateSocket(exec: Exec, layout: Layout): Promise<Result<void>> {
  const uid = process.getuid?.();
  if (uid === undefined || lostServer(layout, uid) === undefined) {
    return fail("foreign-tmux-server", "the tmux server that lost its socket is not there any more");
  }
  try {
    makeFolders(dirname(socketPath(layout, uid)), 0o700); // tmux makes it only when a server starts.
  } catch (error) {
    const detail = errorMessage(error);
    return fail("file-write-failed", `cannot make the folder of tmux socket ${layout.socket}`, { detail });
  }
  const sent = await signalMain(exec, layout.holderUnit, "USR1");
  if (!sent.ok) return sent;
  for (const began = performance.now(); performance.now() - began < patienceMs; await sleep(50)) {
    const server = await listPanes(exec, layout.socket);
    if (!server.ok) return server;
    if (server.value !== undefined) return ok(undefined);
  }
  return fail("command-timeout", `the tmux server did not make socket ${layout.socket} again`);
}
