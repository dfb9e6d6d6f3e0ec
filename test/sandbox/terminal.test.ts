import { beforeAll, describe, expect, it } from "vitest";
import { openTerminal, type Terminal } from "../support/rig/terminal.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

/** Root in a sandbox is the caller of the observed one; without root, an ordinary user is. */
describe("a sandbox on a terminal", () => {
  const box = useSandbox(process.getuid?.() === 0 ? { uid: 0 } : {});
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await openTerminal(box, ["bash", "--norc"]);
  });
  /** Types a line at the prompt: a program about to end would take an earlier line. */
  const enter = async (line: string): Promise<void> => {
    await terminal.waitFor(/[#$]$/);
    await terminal.type(line);
    await terminal.press("Enter");
  };

  it("runs its command on a terminal of the user inside", async () => {
    await enter("fleet sandbox -- bash --norc -c 'stat -c %U $(tty); stty size; read'; echo code $?");
    await terminal.waitFor(/^sandbox\n40 120$/m);
    await terminal.resize(100, 30);
    await terminal.press("Enter");
    await terminal.waitFor("code 0");
    // A login shell, as in a tmux, reads /etc/profile, which sets PATH again.
    await enter("clear; fleet sandbox -- bash -lc 'command -v fleet'");
    await terminal.waitFor(/^\/run\/fleet\/bin\/fleet$/m);
    await enter("clear; fleet sandbox -- stty size");
    expect(await terminal.waitFor(/^30 100$/m)).toContain("30 100");
  });

  it("can be interrupted with Ctrl-C", async () => {
    await enter("clear; fleet sandbox -- bash -c 'echo be{gu}n; sleep 1000'; echo code $?");
    await terminal.waitFor(/^be\{gu\}n$/m);
    await terminal.press("C-c");
    expect(await terminal.waitFor("code 130")).not.toContain("could not");
  });

  it("can be interrupted with Ctrl-C before it is set up", async () => {
    await enter("clear; fleet sandbox -- sleep 1000; echo code $?");
    await until(
      "it is on its way",
      async () => (await box.run(["pgrep", "-f", "fleet-sandbox (root|user) /sys"])).code === 0,
    );
    await terminal.press("C-c");
    expect(await terminal.waitFor("code 130")).not.toContain("could not");
  });

  it("lets people attach to a tmux session, and detach", async () => {
    await enter(
      "clear; fleet sandbox -- bash -c 'tmux new-session -d -s work \"echo in the session; cat\" && tmux attach'; echo code $?",
    );
    await terminal.waitFor(/^in the session$/m);
    await terminal.press("C-b", "d");
    expect(await terminal.waitFor("code 0")).toContain("[detached (from session work)]");
  });

  it("works as part of a pipe, without its own terminal", async () => {
    await enter("clear; echo from the pipe | fleet sandbox -- cat | tr a-z A-Z");
    expect(await terminal.waitFor(/^FROM THE PIPE$/m)).toContain("FROM THE PIPE");
  });

  it("can be interrupted with Ctrl-C in a pipe too", async () => {
    await enter(
      "clear; fleet sandbox -- bash -c 'echo be{gu}n; sleep 1000' | cat; echo codes ${PIPESTATUS[@]}",
    );
    await terminal.waitFor(/^be\{gu\}n$/m);
    await terminal.press("C-c");
    await enter("echo codes ${PIPESTATUS[@]}"); // bash drops the rest of the line after Ctrl-C
    expect(await terminal.waitFor(/^codes 130/m)).not.toContain("could not");
  });
});
