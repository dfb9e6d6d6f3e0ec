import { beforeAll, describe, expect, it } from "vitest";
import { installStandIn } from "../../support/fleet/stand-in.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { pane, property, sessions, systemctl, tmux, unitOf, untilLogged } from "../../support/units/fleet.ts";

const keys = `trap 'count=$((count + 1)); echo "keys C-c" >>~/log; [ "$count" -lt 2 ] || exit 7' INT; echo "keys up" >>~/log; while :; do sleep 0.05; done`;

function fleet(first = "{}"): string {
  return `version: 1
defaults: { onChange: restart, stopTimeout: 1s }
agents:
  first: { command: ~/bin/claude first idle, stop: ${first} }
  second: { command: ~/bin/claude second idle, dependsOn: [first], stop: { timeout: 20s } }
  busy: { command: ~/bin/claude busy busy, stop: { send: /exit, timeout: 20s } }
  asking: { command: ~/bin/claude asking asking, stop: { timeout: 20s } }
  deaf: { command: ~/bin/claude deaf deaf, stop: { timeout: 4s } }
  keys: { command: ${JSON.stringify(keys)}, stop: { keys: [C-c, C-c], timeout: 20s } }
`;
}

describe("An agent that is asked to end", () => {
  const box = useSandbox();
  const log = async (agent: string): Promise<readonly string[]> =>
    ((await box.read("~/log")) ?? "")
      .split("\n")
      .filter((line) => line.startsWith(`${agent} `))
      .map((line) => line.slice(agent.length + 1));
  const untilLast = (agent: string, word: string): Promise<unknown> =>
    until(`${agent} is ${word}`, async () => (await log(agent)).at(-1) === word);

  beforeAll(async () => {
    await installStandIn(box);
    await box.write("~/work/fleet.yaml", fleet());
    await box.sh("fleet apply --yes -q");
    for (const agent of ["first", "second", "busy", "asking", "deaf", "keys"]) await untilLast(agent, "up");
  });

  it("is not restarted when its stop changes", async () => {
    const before = await property(box, "first", "MainPID");
    await box.write("~/work/fleet.yaml", fleet("{ send: /exit, timeout: 20s }"));
    const applied = await box.sh("fleet apply --yes");
    expect(applied).toContain("TimeoutStopSec, stop.timeout changed");
    expect(await property(box, "first", "MainPID")).toBe(before);
    expect(await property(box, "first", "TimeoutStopUSec")).toBe("21s");
    expect((await box.fleet(["plan", "--detailed-exitcode"])).code).toBe(0);
    expect(await box.sh("tr '\\0' '\\n' </proc/$(pgrep -nf 'claude firs[t]')/environ")).not.toContain(
      "AGENT_STOP",
    );
  });

  it("ends by its text, also while somebody reads in copy mode, and keeps its session at a restart", async () => {
    await tmux(box, "copy-mode", "-t", "=first:");
    const session = await pane(box, "=first:", "#{session_id}");
    await systemctl(box, "restart", unitOf("first"));
    await until(
      "it is up again",
      async () => (await log("first")).filter((word) => word === "up").length === 2,
    );
    expect(await log("first")).toEqual(["up", "bye", "up"]);
    expect(await pane(box, "=first:", "#{session_id} #{pane_dead}")).toBe(`${session} 0`);
    await untilLogged(box, unitOf("first"), "agent first: ended by /exit after ");
  });

  it("is interrupted once before its text, if it works", async () => {
    await systemctl(box, "stop", unitOf("busy"));
    expect(await log("busy")).toEqual(["up", "interrupted", "bye"]);
    expect(await property(box, "busy", "Result")).toBe("success");
    expect(await sessions(box)).not.toContain("busy");
  });

  it("gets SIGTERM and no text, if its screen has a question", async () => {
    await systemctl(box, "stop", unitOf("asking"));
    expect(await log("asking")).toEqual(["up", "SIGTERM"]);
    await untilLogged(
      box,
      unitOf("asking"),
      "gets SIGTERM instead of /exit, because it asks: Do you want to proceed?",
    );
  });

  it("may end by keys, with any exit status", async () => {
    await systemctl(box, "stop", unitOf("keys"));
    expect(await log("keys")).toEqual(["up", "C-c", "C-c"]);
    expect(await property(box, "keys", "Result")).toBe("success");
    await untilLogged(box, unitOf("keys"), "agent keys: ended by C-c C-c (exit status 7) after ");
  });

  it("is waited for with its name and time, and then gets the usual stop", async () => {
    const stopping = box.run(["fleet", "stop", "--yes", "deaf"]);
    await until("status tells", async () =>
      (await box.sh("fleet status")).includes("stopping: /exit sent, waits"),
    );
    const { stdout, stderr } = await stopping;
    expect(stdout + stderr).toMatch(
      /Still stopping: deaf \(\/exit sent, waits \d s of 4 s\)\. The others go on\./,
    );
    expect(stdout + stderr).toContain("Killed after 1 s, the stopTimeout: deaf");
    expect(await log("deaf")).toEqual(["up", "SIGTERM", "SIGHUP"]);
    await untilLogged(box, unitOf("deaf"), "agent deaf: has not ended within 4 s of /exit: SIGTERM follows");
  });

  it("stays ended after a text that a person has typed, and a plan says how it starts", async () => {
    await tmux(box, "send-keys", "-t", "=first:", "/exit");
    await tmux(box, "send-keys", "-t", "=first:", "Enter");
    await until("it has ended", async () => (await property(box, "first", "ActiveState")) === "inactive");
    expect(await log("first")).toEqual(["up", "bye", "up", "bye"]);
    expect(await box.sh("fleet status first")).toContain(
      "The command of first ended by itself with exit status 0, and is started again, at once by: fleet start first.",
    );
    expect(await box.sh("fleet plan first")).toContain("it does not run");
    await box.sh("fleet start first --yes");
    await untilLast("first", "up");
  });

  it("ends before the agents that it depends on", async () => {
    await box.sh("fleet stop --yes -q first second");
    const order = ((await box.read("~/log")) ?? "").split("\n").filter((line) => line.endsWith(" bye"));
    expect(order.slice(-2)).toEqual(["second bye", "first bye"]);
  });
});
