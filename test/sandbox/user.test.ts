import { describe, expect, it } from "vitest";
import { openTerminal } from "../support/rig/terminal.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

/** A sandbox in a sandbox: the caller of the inner one is an ordinary user with a user manager. */
describe("the sandbox of an ordinary user", () => {
  const box = useSandbox();
  const within = (...command: readonly string[]) => box.run(["fleet", "sandbox", "--", ...command]);

  it("passes on the command's exit code, output and input", async () => {
    const ran = await box.run(["fleet", "sandbox", "--", "sh", "-c", "cat; echo err >&2; exit 7"], {
      input: "in",
    });
    expect(ran).toEqual({ code: 7, stdout: "in", stderr: "err\n" });
  });

  it("runs nothing of the caller's ~/.bashrc, which bash reads if its input is a socket", async () => {
    await box.write("~/.bashrc", "touch /tmp/bashrc-was-read");
    expect((await box.run(["bash", "-c", "rm /tmp/bashrc-was-read"], { input: "" })).code).toBe(0);
    const ran = await box.run(["fleet", "sandbox", "--", "true"], { input: "" });
    expect(ran).toEqual({ code: 0, stdout: "", stderr: "" });
    await box.sh("test ! -e /tmp/bashrc-was-read && rm ~/.bashrc");
  });

  it("has a user manager and a journal of its own", async () => {
    const ran = await within(
      "bash",
      "-ec",
      `systemctl --user is-system-running
       id -un
       systemd-run --user --quiet --unit=talker sh -c 'echo something to say; exec sleep infinity'
       until journalctl --user-unit=talker.service --output=cat | grep -x 'something to say'; do :; done
       journalctl --user-unit=talker.service --output=cat | grep -o '^Started talker'
       fleet --version >&2`,
    );
    expect(ran).toMatchObject({ code: 0, stdout: "running\nsandbox\nsomething to say\nStarted talker\n" });
    expect(ran.stderr).toMatch(/\d/);
    expect((await box.sh("systemctl --user list-units --all talker.service --no-legend")).trim()).toBe("");
  });

  it("leaves no process, scope or control group behind after kill -9", async () => {
    const groups = () => box.sh("find /sys/fs/cgroup -type d | sort");
    const before = await groups();
    void box.run(["fleet", "sandbox", "--", "bash", "-c", "exec -a found-by-name sleep 1000"]);
    const pid = await until(
      "it runs",
      async () => (await box.sh("pgrep -f '^found-by-name' || :")).trim() || false,
    );
    await box.sh("pkill -9 -f '^node .*sandbox -- bash'");
    await until("the process is gone", async () => (await box.run(["kill", "-0", pid])).code !== 0);
    await until("the control groups are gone", async () => (await groups()) === before);
    expect(await box.sh("systemctl --user list-units --all --type=scope --no-legend 'run-*'")).toBe("");
  });

  it("gives an interactive shell job control, and the terminal back as it was", async () => {
    const terminal = await openTerminal(box, ["bash", "--norc"]);
    await terminal.type("fleet sandbox -- env PS1='inside> ' bash --norc; echo code $?");
    await terminal.press("Enter");
    await terminal.waitFor(/^inside>$/m);
    await terminal.type("sleep 1234");
    await terminal.press("Enter");
    await until("it sleeps", async () => (await box.run(["pgrep", "-xf", "sleep 1234"])).code === 0);
    await terminal.press("C-z");
    await terminal.waitFor(/Stopped +sleep/);
    await terminal.type("disown -a; exit 5");
    await terminal.press("Enter");
    await terminal.waitFor("code 5");
    await terminal.type("stty -a | grep -ow -e icanon -e echo | paste -s");
    await terminal.press("Enter");
    expect(await terminal.waitFor(/^icanon\s+echo$/m)).not.toMatch(/no job control|cannot set terminal/);
    await terminal.close();
  });

  it("gives advice if there is no user manager", async () => {
    const ran = await box.run(["env", "-u", "XDG_RUNTIME_DIR", "fleet", "sandbox", "--", "true"]);
    expect(ran.code).toBe(0); // fleet looks in /run/user/UID
    const without = await box.run(["env", "XDG_RUNTIME_DIR=/tmp", "fleet", "sandbox", "--", "true"]);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain("enable-linger");
  });
});
