import { beforeAll, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import type { Sandbox } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { serveUi } from "../../support/ui/serve-ui.ts";

/** Adds the tests of the place of a server: its socket, its port, and the link for the browser. */
export function keepsToItsPlace(box: Sandbox, origin: () => string): void {
  beforeAll(async () => {
    for (const name of ["other", "third"])
      await box.write(`~/work/${name}.yaml`, `version: 1\nname: ${name}\nagents: {}\n`);
  });

  it("is on a socket for its own account alone, and removes only a dead one", async () => {
    const path = `${box.home}/ui.sock`;
    const on = await serveUi(box, "-f", "other.yaml", "--socket", path);
    expect((await box.sh(`stat -c '%a %F' ${path}`)).trim()).toBe("600 socket");
    const login = `curl -s -o /dev/null -w '%{http_code}' --unix-socket ${path} http://127.0.0.1:7777/`;
    if ((await box.run(["sh", "-c", "command -v curl"])).code === 0) expect(await box.sh(login)).toBe("200");
    const second = await box.run(["fleet", "ui", "-f", "third.yaml", "--socket", path]);
    expect([second.code, second.stderr]).toEqual([6, expect.stringContaining("another program listens on")]);
    await on.end("KILL");
    const third = await serveUi(box, "-f", "other.yaml", "--socket", path);
    expect(await third.end("INT")).toEqual({ code: 0, stderr: "" });
    expect((await box.run(["test", "-e", path])).code).toBe(1);
    await box.write("~/work/file", "keep me");
    const blocked = await box.run(["fleet", "ui", "-f", "third.yaml", "--socket", "file"]);
    expect([blocked.code, blocked.stderr]).toEqual([6, expect.stringContaining("is no socket")]);
    expect(await box.read("~/work/file")).toBe("keep me");
  });

  it("opens the browser by a file of its own account, without the token in a command line, and removes the file", async () => {
    const opener = `#!/bin/sh\n{ echo "$1"; stat -c %a "$1"; cat "$1"; } >~/opened.new\nmv ~/opened.new ~/opened\n`;
    await box.write("~/bin/xdg-open", opener, 0o755);
    const env = { DISPLAY: ":0", PATH: `${box.home}/bin:/run/fleet/bin:/usr/local/bin:/usr/bin:/bin` };
    const open = async (...args: readonly string[]) => {
      const terminal = await openTerminal(box, ["fleet", "ui", "-f", "third.yaml", ...args], { env });
      const screen = await terminal.waitFor("Ctrl-C ends the page");
      return { terminal, token: /#t=([\w-]{43})/.exec(screen)?.[1] };
    };
    const { terminal, token } = await open();
    const [path = "", mode, page] = (
      await until(
        "the browser is open",
        async () => (await box.sh("cat ~/opened 2>/dev/null || :")) || undefined,
      )
    ).split("\n");
    expect([path.includes(token ?? "no"), mode, page?.includes(`#t=${token}`)]).toEqual([false, "600", true]);
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    expect((await box.run(["test", "-e", path])).code).toBe(1);
    await box.sh("rm ~/opened");
    const quiet = await open("--no-open");
    await quiet.terminal.press("C-c");
    expect(await quiet.terminal.exitCode()).toBe(0);
    await quiet.terminal.close();
    expect((await box.run(["test", "-e", `${box.home}/opened`])).code).toBe(1);
  });

  it("says what is wrong with its place or its fleet, and what to do", async () => {
    const { port } = new URL(origin());
    const taken = await box.run(["fleet", "ui", "-f", "third.yaml", "--port", port]);
    expect([taken.code, taken.stderr]).toEqual([
      6,
      expect.stringContaining("leave out --port for any free one"),
    ]);
    const wrong = await box.run(["fleet", "ui", "--port", "70000"]);
    expect([wrong.code, wrong.stderr]).toEqual([64, expect.stringContaining("Expected a port such as 7777")]);
    const none = await box.run(["fleet", "ui", "-f", "none.yaml"]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("none.yaml")]);
    const homeless = await box.run(["fleet", "ui", "-f", "third.yaml"], {
      env: { XDG_RUNTIME_DIR: "/proc/none" },
    });
    expect([homeless.code, homeless.stderr]).toEqual([6, expect.stringContaining("cannot make /proc/none")]);
    const both = await box.run(["fleet", "ui", "--port", "1", "--socket", "x"]);
    expect(both.code).toBe(64);
  });
}
