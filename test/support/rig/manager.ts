import type { Sandbox } from "./sandbox.ts";

/** Ends the user manager and everything that it runs, as a logout without lingering does. */
const end = `#!/bin/bash
cg=/sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service
processes() { find $cg -name cgroup.procs -exec cat {} +; }
while [ -n "$(processes)" ]; do processes | xargs -r kill -9 2>/dev/null; done
rm -f $XDG_RUNTIME_DIR/systemd/private
`;

/** Starts it again, as a login does. Its default target has the enabled agents started. */
const start = `#!/bin/bash
cg=/sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service
setsid bash -c 'echo $BASHPID >"$0/cgroup.procs" && exec /usr/lib/systemd/systemd --user' $cg </dev/null >/dev/null 2>&1 &
until [ -S $XDG_RUNTIME_DIR/systemd/private ]; do sleep 0.02; done
`;

/**
 * Puts commands into a sandbox that end its user manager and start another one: `/tmp/end-manager`,
 * `/tmp/start-manager`.
 */
export async function canRestartManager(box: Sandbox): Promise<void> {
  await box.write("/tmp/end-manager", end, 0o755);
  await box.write("/tmp/start-manager", start, 0o755);
}
