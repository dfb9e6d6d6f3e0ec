import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";
import { journal, property, systemctl, tmux, unitOf } from "../../support/units/fleet.ts";

const fleet = `version: 1
start: { parallel: 2, interval: 400ms }
defaults: { onChange: restart }
runtimes:
  slow: { command: sleep 1000, start: { interval: 1h, jitter: 10ms } }
  broken: { command: "sleep 0.2; test -e ~/ok || exit 7; exec sleep 1000", start: { interval: 50ms, holdAfter: 2 } }
agents:
  coder: { command: "cat /proc/uptime >>~/starts; exec sleep 1000", replicas: 8 }
`;

describe("Agents that take turns to start", () => {
  const box = useSandbox();
  let applied: string;
  beforeAll(async () => {
    await box.write("~/work/fleet.yaml", fleet);
    const { stdout, stderr } = await box.fleet(["apply", "--yes"]);
    applied = stdout + stderr;
  });

  /** Returns the time from the first to the last start since the last call, s. */
  const spanOfStarts = async (): Promise<number> => {
    await until("all have started", async () => (await starts()).length === 8);
    const times = await starts();
    await box.sh("rm ~/starts");
    return Math.max(...times) - Math.min(...times);
  };
  const starts = async (): Promise<readonly number[]> =>
    ((await box.read("~/starts")) ?? "").split("\n").filter(Boolean).map(Number.parseFloat);
  const status = (agent: string): Promise<string> => box.sh(`fleet status ${agent}`);

  it("start at their pace at the first apply, after the end of the server, and at boot", async () => {
    expect(applied).toContain("8 added");
    // Three intervals of 0.4 s, less what the first agent takes longer than the last one. All at once take 0.2 s.
    expect(await spanOfStarts()).toBeGreaterThan(0.5);
    await box.sh(`kill -9 ${await tmux(box, "display-message", "-p", "#{pid}")}`);
    expect(await spanOfStarts()).toBeGreaterThan(0.5);
    await systemctl(box, "stop", "mosaic-agent@*", "mosaic-tmux-holder");
    await box.sh("systemctl --user start --no-block $(ls ~/.config/systemd/user/default.target.wants)");
    expect(await spanOfStarts()).toBeGreaterThan(0.5);
    expect(await box.sh("fleet plan")).toContain("No changes");
  });

  it("wait in their start: status and why tell, and a stop or a kill leaves no trace", async () => {
    await box.write(
      "~/work/fleet.yaml",
      `${fleet}  late: { runtime: slow, replicas: 3 }\n  after: { command: sleep 1000, dependsOn: [late] }\n`,
    );
    const applying = box.sh("fleet apply --yes >~/applied 2>&1 || echo $? >>~/applied", {
      isReal: true,
    });
    await until(
      "two of them wait",
      async () => (await status("late")).match(/starting: waits for its turn/g)?.length === 2,
    );
    await until("apply tells", async () =>
      /Still starting: .*late-\d \(waits for its turn/.test((await box.read("~/applied")) ?? ""),
    );
    // The first Ctrl-C ends the wait, and nothing else.
    await box.sh("kill -INT $(pgrep -f '^node /run/fleet/bin/fleet apply')");
    await applying;
    const interrupted = await box.read("~/applied");
    expect(interrupted).toMatch(/^Interrupted by SIGINT: \d+ of \d+ actions done\. Not done:$/m);
    expect(interrupted).toMatch(/^ {2}start mosaic-agent@late-\d\.service \(waits for its turn\)$/m);
    expect(interrupted).toContain("3 agents still wait for a turn, and systemd starts them then.");
    expect(interrupted).toMatch(/^130$/m);
    const states = await Promise.all([1, 2, 3].map((n) => property(box, `late-${n}`, "ActiveState")));
    expect([...states].sort()).toEqual(["activating", "activating", "active"]);
    const [one = "", other = ""] = ["late-1", "late-2", "late-3"].filter(
      (_, n) => states[n] === "activating",
    );
    expect(await box.sh(`fleet why ${one}`)).toMatch(
      /start +waits since .* for its turn among those of runtime slow and those of the fleet/,
    );
    expect(await box.sh(`fleet status ${one} --json`)).toContain('"kind": "turn"');
    const both = [one, other].sort().join(", ");
    expect(await status("after")).toContain(`starting: waits for ${both} `);
    expect(await box.sh("fleet why after")).toContain(`start       waits for ${both}, because`);
    // The first one in the queue may be either of them.
    const waiter = await property(box, one, "ControlPID");
    await box.sh(`kill -9 ${waiter}`);
    await until("it waits again", async () => {
      const next = await property(box, one, "ControlPID");
      return next !== "0" && next !== waiter && (await status(one)).includes("waits for its turn");
    });
    await systemctl(box, "stop", unitOf(one), unitOf(other));
    // systemd has not killed them after 20 s.
    expect(await property(box, one, "Result")).not.toBe("timeout");
    expect(await property(box, other, "Result")).toBe("success");
    // The agent after both may begin its own wait now.
    expect(await box.sh(`pgrep -af 'await-tur[n] (${one}|${other})' || :`)).toBe("");
    // No wait for a time of another boot.
    const turns = "$XDG_RUNTIME_DIR/mosaic-tmux-holder/turn-runtime-slow";
    await box.sh(`test -s ${turns} && echo 5 999999999 >${turns}`);
    await box.sh(`timeout 10 systemctl --user start ${unitOf(one)}`);
    expect(await property(box, one, "ActiveState")).toBe("active");
    await box.write("~/work/fleet.yaml", fleet);
    await box.sh("fleet apply --yes -q");
  });

  it("are held after several in a row have ended alike, and go on after a start by a person, or a try", async () => {
    const notify = `notify: [{ on: [problem], command: 'echo "$MOSAIC_NOTIFY_TEXT" >>~/news', every: 0s }]\n`;
    await box.write("~/work/fleet.yaml", `${fleet}  bad: { runtime: broken, replicas: 10 }\n${notify}`);
    const { code, stderr } = await box.fleet(["apply", "--yes"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /bad-\d.* not run: held, because \d agents in a row ended with exit status 7\n(?:.*\n)*?.*the next try is at .*; at once by: fleet start bad-\d/,
    );
    expect(await status("bad")).toMatch(/starting: held, \d agents in a row ended with exit status 7/);
    expect(await box.sh("fleet plan")).toMatch(
      /No further agent of runtime broken starts, because \d agents/,
    );
    expect(await journal(box, "mosaic-agent@bad-*")).toMatch(
      /\d agents of runtime broken in a row failed with exit status 7: no other one starts for 60 s/,
    );
    expect(await property(box, "coder-1", "ActiveState")).toBe("active");
    const held =
      /No further agent of runtime broken starts, because \d agents in a row ended with exit status 7/;
    expect((await box.fleet(["doctor"])).stdout).toMatch(held);
    const watch = await startWatch(box);
    await until("the receiver has it", async () => held.test(await box.read("~/news").catch(() => "")));
    await watch.stop();
    expect((await box.read("~/news")).match(/No further agent/g)).toHaveLength(1);

    // The time of the next try has come: it fails, and the next one is later.
    const file = "$XDG_RUNTIME_DIR/mosaic-tmux-holder/held-runtime-broken";
    const hasten = `read -r a b until rest <${file}; echo "$a $b 1 $rest" >${file}.new; mv ${file}.new ${file}`;
    await box.sh(hasten);
    await until("the try has failed", async () => (await box.sh(`cat ${file}`)).includes(" 12000 0"));
    await box.sh(`touch ~/ok; ${hasten}`);
    await until("one agent tries", async () => / 12000 [1-9]/.test(await box.sh(`cat ${file}`)));
    expect((await box.fleet(["start", "bad-5", "--yes"])).stderr).toContain(
      "The waiting agents of runtime broken start again.",
    );
    await until("all run", async () => (await status("bad")).match(/^bad-\d+ +running /gm)?.length === 10);
    expect(await box.sh(`ls ${file} 2>/dev/null || :`)).toBe("");
  });

  it("do not start again before the end of a limit of their account, unless a person says so", async () => {
    const told = "You've hit your session limit · resets in 2 hours 5 minutes.";
    // A person has gone on with this one after an earlier limit.
    const went = "❯ go on\\n\\n● Done.\\n❯ ";
    await box.write(
      "~/bin/claude",
      `#!/bin/sh\necho "${told}"\nprintf "$LATER"\nsleep 0.5\ntest -e ~/ok2 || exit 1\nexec sleep 1000\n`,
      0o755,
    );
    await box.write(
      "~/work/fleet.yaml",
      `${fleet.replace("runtimes:", "runtimes:\n  claude: { preset: claude, command: ~/bin/claude, start: {} }")}  limited: { runtime: claude, env: { LATER: "❯\\u00a0" } }\n  again: { runtime: claude, env: { LATER: "${went}" } }\n`,
    );
    await box.fleet(["apply", "--yes", "--allow-remove-all"]);
    await until("it waits", async () =>
      /starting: limit of its account, until 20\d\d-/.test(await status("limited")),
    );
    await until("the other one is started again", async () =>
      /"restarts": [1-9]/.test((await box.fleet(["status", "--json", "again"])).stdout),
    );
    expect(await box.sh("ls $XDG_RUNTIME_DIR/mosaic-agent/again/limit 2>/dev/null || :")).toBe("");
    const waiting = Number(await box.sh("cat $XDG_RUNTIME_DIR/mosaic-agent/limited/limit"));
    expect(waiting - Date.now() / 1000).toBeGreaterThan(7_200);
    expect(waiting - Date.now() / 1000).toBeLessThan(7_501);
    expect(await box.sh("fleet why limited")).toMatch(
      /start +waits until 20.*, because its account has reached a limit/,
    );
    await box.sh("touch ~/ok2; fleet start limited --yes");
    await until("it runs", async () => (await property(box, "limited", "ActiveState")) === "active");
  });
});
