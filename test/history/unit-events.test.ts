import { describe, expect, it } from "vitest";
import { parseUnitEntries } from "../../src/drivers/systemd/journal/unit-entries.ts";
import { unitEvents } from "../../src/history/unit-events.ts";
import type { MessageKind, UnitMessage } from "../../src/history/unit-message.ts";

let clock = 0;

/** Returns a message of the unit `a`, a millisecond after the last one. */
function message(kind: MessageKind, more: Partial<UnitMessage> = {}): UnitMessage {
  clock += 1;
  return { unit: "a", kind, atMs: clock, boot: "1", ...more };
}

const exited = (status: number): UnitMessage =>
  message("exited", { exitCode: "exited", exitStatus: status, command: "ExecStart" });
const failed = (result: string): UnitMessage => message("failed", { unitResult: result });
const stopped = (jobType: string): UnitMessage => message("stopped", { jobType });

/** Returns the events without their times and units. */
function story(...messages: readonly UnitMessage[]): readonly unknown[] {
  return unitEvents(messages).events.map(({ unit: _unit, atMs: _atMs, ...event }) => event);
}

describe("the events of a unit", () => {
  it("tell an automatic restart with the end before it", () => {
    expect(
      story(
        message("started", { jobType: "start" }),
        exited(3),
        failed("exit-code"),
        message("restart-scheduled", { restarts: 1 }),
        stopped("restart"),
        message("started", { jobType: "start" }),
      ),
    ).toEqual([
      { kind: "started", how: "job" },
      { kind: "ended", end: { result: "exit-code", exitStatus: 3 } },
      { kind: "started", how: "auto-restart", restarts: 1, after: { result: "exit-code", exitStatus: 3 } },
    ]);
  });

  it("tell a restart because of the tmux server, which systemd does not schedule", () => {
    expect(story(exited(129), failed("exit-code"), stopped("restart"), message("started")).at(-1)).toEqual({
      kind: "started",
      how: "auto-restart",
      after: { result: "exit-code", exitStatus: 129 },
    });
  });

  it("tell signals, the out-of-memory killer, and the processes of ExecStopPost= apart", () => {
    const killed = message("exited", { exitCode: "killed", exitStatus: 9, command: "ExecStart" });
    expect(story(killed, failed("signal"))).toEqual([
      { kind: "ended", end: { result: "signal", signal: 9 } },
    ]);
    expect(story(message("out-of-memory"), killed, failed("signal"))).toEqual([
      { kind: "memory-kill" },
      { kind: "ended", end: { result: "oom-kill", signal: 9 } },
    ]);
    // The main process of an agent exits with the status of its command (seen with systemd 257 in a virtual machine).
    expect(story(message("out-of-memory"), exited(137), failed("exit-code")).at(-1)).toEqual({
      kind: "ended",
      end: { result: "oom-kill", exitStatus: 137 },
    });
    expect(story(message("out-of-memory"), exited(3), failed("exit-code")).at(-1)).toEqual({
      kind: "ended",
      end: { result: "exit-code", exitStatus: 3 },
    });
    const after = message("exited", { exitCode: "exited", exitStatus: 1, command: "ExecStopPost" });
    expect(story(exited(4), after, failed("exit-code"))).toEqual([
      { kind: "ended", end: { result: "exit-code", exitStatus: 4 } },
    ]);
  });

  it("tell a restart over the limit, which repeats the result of the run before", () => {
    const again = [message("restart-scheduled", { restarts: 2 }), stopped("restart"), failed("exit-code")];
    expect(
      story(exited(3), failed("exit-code"), ...again, message("start-failed", { jobResult: "failed" })).at(
        -1,
      ),
    ).toEqual({ kind: "ended", end: { result: "start-limit-hit" } });
  });

  it("tell stops, restart jobs, timeouts and boots apart", () => {
    expect(story(message("stopping"), stopped("stop"))).toEqual([
      { kind: "stopped", end: { result: "success" } },
    ]);
    expect(story(message("stopping"), stopped("restart"), message("started"))).toEqual([
      { kind: "started", how: "restart" },
    ]);
    expect(story(message("stopping"), failed("timeout"), stopped("stop"))).toEqual([
      { kind: "stopped", end: { result: "timeout" } },
    ]);
    expect(story(message("started"), message("started", { boot: "2" })).at(-1)).toEqual({
      kind: "started",
      how: "boot",
    });
    expect(story(message("start-failed", { jobResult: "dependency" }))).toEqual([
      { kind: "start-failed", result: "dependency" },
    ]);
  });

  it("are the same if the messages come in parts", () => {
    const all = [
      exited(3),
      failed("exit-code"),
      message("restart-scheduled"),
      stopped("restart"),
      message("started"),
    ];
    const whole = unitEvents(all).events;
    for (let cut = 0; cut <= all.length; cut += 1) {
      const first = unitEvents(all.slice(0, cut));
      const second = unitEvents(all.slice(cut), first.states);
      expect([...first.events, ...second.events]).toEqual(whole);
    }
  });
});

describe("the reader of the journal", () => {
  it("takes the fields of a message, and leaves out what it cannot read", () => {
    const line = JSON.stringify({
      MESSAGE_ID: "98e322203f7a4ed290d09fe03c09fe15",
      USER_UNIT: "mosaic-agent@a.service",
      EXIT_STATUS: "3",
      __REALTIME_TIMESTAMP: "1795945866106508",
      __CURSOR: "s=1",
      _BOOT_ID: "8865",
    });
    expect(parseUnitEntries(`-- no entries --\n${line}\n{"__CURSOR":"s=2"}\n{"half`)).toEqual({
      entries: [
        {
          unit: "mosaic-agent@a.service",
          id: "98e322203f7a4ed290d09fe03c09fe15",
          atMs: 1795945866106.508,
          boot: "8865",
          fields: {
            MESSAGE_ID: "98e322203f7a4ed290d09fe03c09fe15",
            USER_UNIT: "mosaic-agent@a.service",
            EXIT_STATUS: "3",
          },
        },
      ],
      cursor: "s=2",
    });
  });
});
