import { describe, expect, it } from "vitest";
import { plainWords } from "../support/rig/box/plain-words.ts";
import { openTerminal } from "../support/rig/terminal.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

describe("the rig", () => {
  const box = useSandbox();

  it("runs commands as the user and returns their output and exit code", async () => {
    const ran = await box.run(["bash", "-c", "id -u; echo oops >&2; exit 5"]);
    expect(ran).toEqual({ code: 5, stdout: `${box.uid}\n`, stderr: "oops\n" });
  });

  it("has a running user manager", async () => {
    expect(await box.sh("systemctl --user is-system-running")).toBe("running\n");
  });

  it("runs several commands at once", async () => {
    await box.sh("mkfifo a b");
    const first = box.sh("echo one >a; cat b");
    const second = box.sh("cat a; echo two >b");
    expect(await Promise.all([first, second])).toEqual(["two\n", "one\n"]);
  });

  it("passes on input, environment and working directory", async () => {
    const options = { input: "typed", env: { WORD: "a b" }, cwd: "/tmp" };
    expect(await box.sh('cat; echo "$WORD" "$PWD"', options)).toBe("typeda b /tmp\n");
  });

  it("writes and reads files below HOME, with their mode", async () => {
    await box.write("~/.config/deep/file", "text\n", 0o600);
    expect(await box.read(".config/deep/file")).toBe("text\n");
    expect(await box.sh("stat -c %a ~/.config/deep/file")).toBe("600\n");
  });

  it("returns the lines of a growing file as soon as they are whole", async () => {
    await box.write("~/log", "first ä\nsec");
    expect(await box.more("~/log", 0, 0)).toBe("first ä\n");
    const from = Buffer.byteLength("first ä\n");
    expect(await box.more("~/log", from, 0)).toBe("");
    const [more] = await Promise.all([box.more("~/log", from, 90_000), box.sh("echo ond >>~/log")]);
    expect(more).toBe("second\n");
    expect(await box.more("~/log", from + Buffer.byteLength(more), 1)).toBe("");
  });

  it.each([
    "--property=Id,ActiveState,SubState,MainPID,ControlPID,InvocationID,NeedDaemonReload '*.service'",
    "--state=failed --property=NRestarts,ExecMainStatus,Result,ControlGroup,Description 'fail*.service'",
    "-P ActiveState failing",
    "--property=MainPID --value missing.service",
    "--property=FragmentPath,Id missing 'other-*.service'",
    "--property=GeneratorsFinishTimestampMonotonic",
    "-P MemoryMax failing",
  ])("answers systemctl show %s as systemctl does", async (words) => {
    await box.sh(
      "systemctl --user is-failed failing || systemd-run --user -q --wait --unit=failing false || :",
    );
    const blocks = (text: string): readonly string[] =>
      text.split("\n\n").map((block) => block.trimEnd().split("\n").toSorted().join("\n"));
    const answer = await box.sh(`systemctl --user show ${words}`);
    expect(blocks(answer)).toEqual(blocks(await box.sh(`:; systemctl --user show ${words}`)));
  });

  it("does not wait for a daemon that keeps its output open", async () => {
    expect(await box.sh("sleep 1000 & echo started")).toBe("started\n");
  });

  it("kills a command that takes too long", async () => {
    expect((await box.run(["sleep", "1000"], { timeoutMs: 100 })).code).toBe(137);
  });

  it("reports the output of a failed script", async () => {
    await expect(box.sh("echo why >&2; exit 4")).rejects.toThrow(/exit 4 .*\nwhy/s);
  });

  it("runs a script of one plain command without bash, and leaves any other one to it", () => {
    expect(plainWords(" stat -c '%a  b'x=1 ~/a/b", "/home/me")).toEqual([
      "stat",
      "-c",
      "%a  bx=1",
      "/home/me/a/b",
    ]);
    for (const script of [
      "",
      "cd /tmp",
      "A=b cat file",
      "ls a; ls b",
      "ls a\nls b",
      "ls *",
      "ls $HOME",
      'ls "a b"',
      "ls ~other/file",
      "ls {a,b}",
      "ls a # b",
      "ls >file",
      "ls 'a",
      "ls a\\ b",
    ])
      expect(plainWords(script, "/home/me"), script).toBeUndefined();
  });

  it("drives a program on a terminal", async () => {
    const terminal = await openTerminal(box, [
      "bash",
      "--norc",
      "-c",
      'read -p "name? " n; stty size; exit 6',
    ]);
    await terminal.waitFor("name?");
    await terminal.type("C-c; $x");
    await terminal.press("Enter");
    expect(await terminal.waitFor(/\d+ \d+/)).toMatch(/^name\? C-c; \$x\n40 120/);
    expect(await terminal.exitCode()).toBe(6);
    await terminal.close();
  });
});
