import { describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import {
  declare,
  dropIn,
  exists,
  journal,
  pane,
  property,
  scrollback,
  sessions,
  start,
  systemctl,
  tmux,
  unitOf,
  untilLogged,
  untilShown,
  untilState,
} from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

describe("an agent whose command ends", () => {
  const box = useUnits();

  /** Reads files of the agent's runtime directory. */
  const runtime = (agent: string, file: string): Promise<string> =>
    box.read(`/run/user/${box.uid}/mosaic-agent/${agent}/${file}`);

  it("fails with the command's exit status and starts again in the same session", async () => {
    await box.write(
      "~/seven",
      "if [ -e ~/been ]; then exec sleep infinity; fi; touch ~/been; read -r _; exit 7",
    );
    await start(box, "seven", "sh ~/seven");
    const session = await pane(box, "=seven:", "#{session_id} #{pane_id}");
    await tmux(box, "send-keys", "-t", "=seven:", "Enter");
    await until("it was restarted", async () => (await property(box, "seven", "NRestarts")) === "1");
    await untilState(box, "seven", "active");
    expect(await pane(box, "=seven:", "#{session_id} #{pane_id}")).toBe(session);
    expect(await runtime("seven", "status")).toBe("7\n");
    expect(await runtime("seven", "restarts")).toBe("1\n");
    await untilLogged(box, unitOf("seven"), "agent seven: command failed (exit status 7): sh …");
  });

  it("keeps the last screen of a failed run in the scrollback", async () => {
    await start(
      box,
      "wordy",
      "if [ -e ~/wordy ]; then exec sleep infinity; fi; touch ~/wordy; echo last words; exit 1",
    );
    await until("it was restarted", async () => (await property(box, "wordy", "NRestarts")) === "1");
    await untilState(box, "wordy", "active");
    expect(await scrollback(box, "wordy")).toMatch(
      /^last words\nagent wordy: command failed \(exit status 1\)/,
    );
  });

  it("ends as failed, with its status and its last screen, after the last restart", async () => {
    await dropIn(box, "three", "[Service]\nRestartSec=10ms\n");
    await declare(box, "three", { MOSAIC_AGENT_COMMAND: "echo no luck; exit 3" });
    await box.run(["systemctl", "--user", "start", unitOf("three")]);
    await untilState(box, "three", "failed");
    expect(await property(box, "three", "NRestarts")).toBe("5");
    expect(await property(box, "three", "ExecMainStatus")).toBe("3");
    expect(await scrollback(box, "three")).toContain("no luck");
    expect(await pane(box, "=three:", "#{pane_dead}")).toBe("1");
    await systemctl(box, "reset-failed", unitOf("three"));
  });

  it("reports the status even of a command that ends while its unit is still starting", async () => {
    // A machine so busy that the start ends late. systemd accepts no ended process as the main one.
    const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";
    await box.sh(
      `cp ${script} ~/script; sed -i 's|^  answer=.*|&; sleep 0.5|' ${script}; ! cmp -s ${script} ~/script`,
    );
    await dropIn(box, "quick", "[Service]\nRestart=no\n");
    await declare(box, "quick", { MOSAIC_AGENT_COMMAND: "exit 4" });
    await box.run(["systemctl", "--user", "start", unitOf("quick")]);
    await untilState(box, "quick", "failed");
    const result = await systemctl(box, "show", "--property=Result,ExecMainStatus", unitOf("quick"));
    expect(result.trim().split("\n").toSorted()).toEqual(["ExecMainStatus=4", "Result=exit-code"]);
    await box.sh(`cp ~/script ${script}`);
  });

  it("ends as inactive after an exit status of 0, and its last screen stays", async () => {
    await start(box, "done", "echo all done");
    await untilState(box, "done", "inactive");
    expect(await property(box, "done", "Result")).toBe("success");
    expect(await scrollback(box, "done")).toContain("all done");
  });

  it("starts again in that session on request", async () => {
    const session = await pane(box, "=done:", "#{session_id} #{pane_id}");
    await start(box, "done", "echo once more; exec sleep infinity");
    await untilShown(box, "done", "once more");
    expect(await pane(box, "=done:", "#{session_id} #{pane_id}")).toBe(session);
  });

  it("is reported as not found in the pane and in the journal, but without its arguments", async () => {
    await dropIn(box, "canary", "[Service]\nRestart=no\n");
    await declare(box, "canary", { MOSAIC_AGENT_COMMAND: "no-such-tool --token hush" });
    await box.run(["systemctl", "--user", "start", unitOf("canary")]);
    await untilState(box, "canary", "failed");
    expect(await property(box, "canary", "ExecMainStatus")).toBe("127");
    const line = "agent canary: command not found (exit status 127): no-such-tool …";
    expect(await scrollback(box, "canary")).toContain(line);
    await untilLogged(box, unitOf("canary"), line);
    expect(await journal(box, unitOf("canary"))).not.toContain("hush");
  });

  it("comes back when its pane's process is killed with -9", async () => {
    await start(box, "shot", "exec sleep infinity");
    const killed = await pane(box, "=shot:", "#{pane_pid}");
    await box.sh(`kill -9 ${killed}`);
    await until("it was restarted", async () => (await property(box, "shot", "NRestarts")) === "1");
    await untilState(box, "shot", "active");
    expect(await pane(box, "=shot:", "#{pane_pid} #{pane_dead}")).not.toBe(`${killed} 0`);
    await untilLogged(box, unitOf("shot"), "agent shot: the process in its pane was killed");
  });

  it("comes back if a person kills its session", async () => {
    await start(box, "cut", "exec sleep infinity");
    await tmux(box, "kill-session", "-t", "=cut:");
    await until("it was restarted", async () => (await property(box, "cut", "NRestarts")) === "1");
    await untilState(box, "cut", "active");
    expect(await sessions(box)).toContain("cut");
  });

  it("names the signal that killed its command", async () => {
    await dropIn(box, "hit", "[Service]\nRestart=no\n");
    await start(box, "hit", "kill -s KILL $$");
    await untilState(box, "hit", "failed");
    expect(await property(box, "hit", "ExecMainStatus")).toBe("137");
    await untilLogged(box, unitOf("hit"), "command was ended by SIGKILL (exit status 137)");
  });

  it("takes its remaining processes with it, also those that handle SIGTERM", async () => {
    await dropIn(box, "rest", "[Service]\nRestart=no\n");
    const rest = "(trap : TERM HUP; while :; do sleep 0.0777; done)";
    await start(box, "rest", `${rest} & sleep 0.5; exit 3`);
    await untilState(box, "rest", "failed");
    await until("they are gone", async () => (await box.run(["pgrep", "-f", "0.0777"])).code === 1, 5_000);
  });

  it("survives the keys that interrupt its command", async () => {
    await start(
      box,
      "keys",
      "trap 'echo interrupted' INT; trap 'echo caught' QUIT; echo ready; while :; do read -r word; echo got $word; done",
    );
    // The unit is active as soon as its command runs, and a key before its trap would end it.
    await untilShown(box, "keys", "ready");
    await tmux(box, "send-keys", "-t", "=keys:", "C-c", "C-z", "C-\\");
    await untilShown(box, "keys", "caught");
    await tmux(box, "send-keys", "-t", "=keys:", "more", "Enter");
    await untilShown(box, "keys", "got more");
    expect(await property(box, "keys", "NRestarts")).toBe("0");
  });

  it("counts restarts from the last deliberate one", async () => {
    await systemctl(box, "restart", unitOf("seven"));
    expect(await exists(box, `/run/user/${box.uid}/mosaic-agent/seven/restarts`)).toBe(false);
  });
});
