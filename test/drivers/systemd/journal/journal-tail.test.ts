import { describe, expect, it } from "vitest";
import {
  journalTail,
  linesOfRun,
  parseJournal,
} from "../../../../src/drivers/systemd/journal/journal-tail.ts";
import { answering, exited } from "../../../support/drivers/fake-exec.ts";

const bad = "mosaic-agent@bad.service";
const ok = "mosaic-agent@ok.service";

/** Output of systemd 252 without most fields: the unit's own words, a process with an early end, and systemd itself. */
const captured = [
  `{"__MONOTONIC_TIMESTAMP":"5765636211","_SYSTEMD_USER_UNIT":"${bad}","_SYSTEMD_INVOCATION_ID":"37c4","USER_UNIT":"${bad}","SYSLOG_IDENTIFIER":"mosaic-agent@bad","MESSAGE":"agent bad: command failed (exit status 3): echo …"}`,
  `{"_SYSTEMD_UNIT":"user@1000.service","USER_UNIT":"${bad}","SYSLOG_IDENTIFIER":"mosaic-agent@bad","MESSAGE":"gone too soon"}`,
  `{"SYSLOG_IDENTIFIER":"mosaic-agent@ok","MESSAGE":"gone before journald looked its unit up"}`,
  `{"_SYSTEMD_USER_UNIT":"other.service","SYSLOG_IDENTIFIER":"mosaic-agent@ok","MESSAGE":"of another unit"}`,
  `{"_SYSTEMD_USER_UNIT":"init.scope","USER_UNIT":"${bad}","SYSLOG_IDENTIFIER":"systemd","MESSAGE":"Started Mosaic agent bad."}`,
  `{"_SYSTEMD_USER_UNIT":"${bad}","SYSLOG_IDENTIFIER":"sh","MESSAGE":[27,91,51,49,109]}`,
  `{"_SYSTEMD_USER_UNIT":"other.service","MESSAGE":"not asked for"}`,
  "",
].join("\n");

describe("journalctl", () => {
  it("is read as the last lines of each unit, without systemd's own messages", () => {
    expect(parseJournal(captured, [bad, ok])).toEqual(
      new Map([
        [
          bad,
          [
            {
              text: "agent bad: command failed (exit status 3): echo …",
              atUs: 5_765_636_211,
              invocation: "37c4",
            },
            { text: "gone too soon", atUs: 0, invocation: undefined },
          ],
        ],
        [ok, [{ text: "gone before journald looked its unit up", atUs: 0, invocation: undefined }]],
      ]),
    );
  });

  it("contributes nothing if it prints garbage or fails, because nothing depends on it", async () => {
    expect(parseJournal('garbage\n{"MESSAGE":\nnull\n1\n"x"\n', [bad])).toEqual(new Map([[bad, []]]));
    for (const outcome of [exited(1, captured), { kind: "not-found" } as const]) {
      expect(await journalTail(answering(outcome).exec, [bad])).toEqual(new Map());
    }
  });

  it("has the lines of one run by its id, or by the time if journald does not know the run", () => {
    const line = (text: string, atUs: number, invocation?: string) => ({ text, atUs, invocation });
    const lines = [
      line("of the run before", 10, "1"),
      line("gone too soon, of the run before", 11),
      line("said before systemd took the time of the start", 19, "2"),
      line("of the run", 21, "2"),
      line("gone too soon", 22),
    ];
    expect(linesOfRun(lines, { startedUs: 20, invocation: "2" })).toEqual(lines.slice(2));
    expect(linesOfRun(lines, { startedUs: 20, invocation: "" })).toEqual(lines.slice(3));
    const next = { startedUs: 30, invocation: "3" };
    expect(linesOfRun(lines, next)).toEqual([]);
    // The unit was started at 15, failed, and is being tried again.
    expect(linesOfRun(lines, next, 15)).toEqual(lines.slice(2));
  });

  it("is called once for all units, with options that work on volatile journals too", async () => {
    const { exec, commands } = answering(exited(0, captured));
    await journalTail(exec, [bad, ok]);
    expect(commands).toHaveLength(1);
    expect(commands[0]?.args.join(" ")).toContain(
      `SYSLOG_IDENTIFIER=mosaic-agent@bad SYSLOG_IDENTIFIER=mosaic-agent@ok _UID=${process.getuid?.()}`,
    );
    expect(await journalTail(exec, [])).toEqual(new Map());
    expect(commands).toHaveLength(1);
  });
});
