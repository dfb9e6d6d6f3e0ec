import { describe, expect, it } from "vitest";
import { openNewSandbox, openSandbox, type Sandbox } from "../support/rig/sandbox.ts";

/** Leaves behind whatever a test may: files, rights, processes, units, variables, lines of the journal. */
const leftovers = `
mkdir -p ~/.config/systemd/user ~/closed/below /dev/shm/deep
touch ~/closed/below/file /tmp/file /var/tmp/file /dev/shm/deep/file $XDG_RUNTIME_DIR/file
chmod 0 ~/closed/below; chmod 0 ~/closed; chmod 755 ~; rm -r ~/work
printf '[Service]\\nExecStart=sleep 1000\\nExecStop=sleep 1000\\n' >~/.config/systemd/user/stays.service
systemctl --user daemon-reload
systemctl --user start stays; systemctl --user set-environment LEFT=behind
systemd-run --user --quiet --scope --unit=mine sleep 1000 & setsid sleep 1000 & tmux -L left new-session -d
systemd-run --user --quiet --unit=fails --wait false || :
echo left behind | systemd-cat
chmod 444 /sys/fs/cgroup/user.slice/user-$UID.slice/cgroup.procs
`;

/** Prints everything about a sandbox that a test could tell it from another one by. */
const all = `
(find ~ $XDG_RUNTIME_DIR /tmp /var/tmp /dev/shm /run/systemd/journal -name 'rig-*' -prune -o -name inaccessible -prune -o -printf '%M %u %p\\n' 2>&1 || :) | sort
find /sys/fs/cgroup/user.slice -name cgroup.procs -printf '%M %u %p\\n' | sort
cat /proc/mounts | sed 's/fleet-sandbox[^ ]*//'
ps -eo ppid:1,nice:1,args:1 | grep -v ' ps \\|bash\\|sed\\|grep\\|sort' | sort
for pid in $(pgrep -f /usr/lib/systemd/); do
  tr '\\0' '\\n' </proc/$pid/environ | sort; grep '^SigIgn\\|^Umask' /proc/$pid/status; readlink /proc/$pid/cwd
done
systemctl --user list-units --all --no-legend --plain | sort; systemctl --user show-environment | sort
journalctl --quiet --output=cat | grep -c 'left behind' || :
`;

describe("a sandbox that is used again", () => {
  it("is like a new one", async () => {
    const fresh = await openNewSandbox();
    const expected = await contentsOf(fresh);
    await fresh.close();
    const used = await openSandbox();
    await used.fleet(["validate"]);
    await used.sh(leftovers);
    expect(await contentsOf(used)).not.toEqual(expected);
    await used.close();
    const again = await openSandbox();
    expect(again.pid).toBe(used.pid);
    expect(await contentsOf(again)).toEqual(expected);
    await expect(used.sh("true")).rejects.toThrow(/closed/);
    await again.close();
  });

  it("is none whose server has ended", async () => {
    const used = await openSandbox();
    await expect(used.sh("pkill -KILL -f rig/inside/server")).rejects.toThrow("has ended");
    await used.close();
    const other = await openSandbox();
    expect(other.pid).not.toBe(used.pid);
    await other.close();
  });
});

/** Returns the lines of the report on a sandbox. The rig's own processes are left out. */
async function contentsOf(box: Sandbox): Promise<readonly string[]> {
  const text = await box.sh(all, { cwd: "/" });
  return text.split("\n").filter((line) => !line.includes("/run/fleet/rig/inside/"));
}
