import { describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import { dropIn, exists, pane, property, start, systemctl, tmux, unitOf } from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

describe("the last screen of a run that failed", () => {
  const box = useUnits();
  const folder = (agent: string): string => `~/.local/state/mosaic/fleet/agents/${agent}`;
  const kept = async (agent: string): Promise<string> =>
    (await box.read(`${folder(agent)}/last-screen`)) ?? "";
  const untilRestarted = (agent: string, times = 1): Promise<unknown> =>
    until(
      `${agent} was restarted`,
      async () => Number(await property(box, agent, "NRestarts")) >= times && (await isActive(agent)),
    );
  const isActive = async (agent: string): Promise<boolean> =>
    (await property(box, agent, "ActiveState")) === "active";
  const once = (before: string, after: string): string =>
    `if [ -e ~/crashed ]; then ${after}; fi; : >~/crashed; ${before}`;

  it("is kept with time, exit status and attempt, for the user alone", async () => {
    await start(box, "crash", once("seq 300; sleep 0.2; exit 7", "clear; exec sleep infinity"));
    await untilRestarted("crash");
    const text = await kept("crash");
    const [facts = "", ...lines] = text.trimEnd().split("\n");
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}`;
    expect(facts).toMatch(new RegExp(`^# agent=crash ended=${time} status=7 attempt=1 process=\\d+$`));
    expect(lines.length).toBeLessThanOrEqual(200);
    expect(lines.filter((line) => /^\d+$/.test(line)).at(-1)).toBe("300");
    expect(lines).toContain("200");
    expect(await box.sh(`stat -c %a ${folder("crash")} ${folder("crash")}/last-screen`)).toBe("700\n600\n");
    expect(await pane(box, "=crash:", "#{pane_dead}")).toBe("0");
  });

  it("holds the screen of a program that uses all of it, and the one below", async () => {
    const screen = String.raw`echo below; printf '\033[?1049h\033[Hfirst\r\nsecond\r\nthird'; sleep 0.3; exit 2`;
    await start(box, "drawn", `[ -e ~/drawn ] && exec sleep infinity; : >~/drawn; ${screen}`);
    await untilRestarted("drawn");
    const text = await kept("drawn");
    // tmux 3.3a moves the first row of this screen away when it writes its note, which may be before or after the copy.
    expect(text).toMatch(/below\n+(?:first\n)?second\nthird/);
  });

  it("is that of a run whose process in the pane was killed, once", async () => {
    await start(box, "killed", "[ -e ~/killed ] && exit 4; echo words; exec sleep infinity");
    await dropIn(box, "killed", "[Service]\nRestartSec=100ms\n");
    await until("it has printed", async () =>
      (await tmux(box, "capture-pane", "-p", "-t", "=killed:")).includes("words"),
    );
    await box.sh(`kill -9 ${await pane(box, "=killed:", "#{pane_pid}")}`);
    await untilRestarted("killed");
    expect(await kept("killed")).toMatch(/ status=129 attempt=1 process=\d+\nwords\n/);
  });

  it("is not kept of a run that was stopped or restarted", async () => {
    await start(box, "fine", "echo fine; exec sleep infinity");
    await systemctl(box, "restart", unitOf("fine"));
    await systemctl(box, "stop", unitOf("fine"));
    expect(await exists(box, folder("fine"))).toBe(false);
  });

  it("hinders no start if it cannot be kept", async () => {
    await box.sh(`mkdir -p ~/.local/state/mosaic/fleet/agents; : >${folder("blocked")}`);
    await start(box, "blocked", "[ -e ~/blocked ] && exec sleep infinity; : >~/blocked; sleep 0.2; exit 7");
    await untilRestarted("blocked");
    const journal = await box.sh(`journalctl --user-unit=${unitOf("blocked")} -o cat --no-pager`);
    expect(journal).toContain("cannot keep its last screen");
  });
});
