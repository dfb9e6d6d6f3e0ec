import { describe, expect, it } from "vitest";
import { watchMessage, type Level } from "../../../src/report/watch/watch-text.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import { agentPlan } from "../../support/report/a-plan.ts";
import { allEvents, events, hostileEvents } from "../../support/report/an-event.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const plain = createColors(false);
const coloured = createColors(true);

function linesOf(event: WatchEvent, width = 100): readonly string[] {
  return watchMessage(event, plain, width)?.lines ?? [];
}

function levelOf(event: WatchEvent): Level | undefined {
  return watchMessage(event, plain, 100)?.level;
}

/** The text for each kind of event in `events`, after its level. Beginnings have no text. */
const words: Readonly<Record<WatchEvent["kind"], string | undefined>> = {
  watching: "notice Watching ./fleet.yaml, fleet mosaic; full reconcile every 1 min.",
  edited: "info ./fleet.yaml is read: 3 agents.",
  "file-rejected": `err Error: unknown key "comand"
  = hint: did you mean "command"?
The fleet follows the last valid version of the file.`,
  "file-accepted": "notice ./fleet.yaml is valid again, unchanged.",
  "in-line": "info No changes. The fleet matches fleet.yaml.",
  applying: undefined,
  "shared-changed": `notice ~ agent template unit: it was edited by hand
      /u/mosaic-agent@.service: - will be lost, + will be written
        -Nice=5
        +Nice=0`,
  changed: `notice -/+ canary restarted: env.MODEL changed and env file was edited by hand
      /e/canary.env: - will be lost, the file will be removed
        -EXTRA=1`,
  applied: "info edit, drift: 3 actions done (417 ms)",
  slow: "notice Still waiting for mosaic-agent@canary.service, mosaic-agent@planner.service; continuing with the rest.",
  waiting: "notice . canary waits: env.MODEL changed, busy (attached by 1, last output 4 s ago)",
  blocked: "warning ! canary is blocked: workdir /srv/app does not exist",
  refused:
    "warning Refused: 4 of 6 agents would be removed. No agent is added, stopped or removed; everything else continues. If that is meant: fleet apply --allow-remove-all",
  held: "notice . canary will be removed in 10 s, unless the file has changed by then",
  note: "notice Note: Something to know.",
  "plan-note": "notice Note: Runs an older start script until its next start: fine.",
  polling:
    "notice Note: Changes in 2 folders (/mnt/team and below) are found by polling, every 1 s: on NFS, the kernel does not report what other machines change.",
  "notify-failed":
    "warning ! No news reaches the webhook https://example.org: it answered with 500. It is tried again later.",
  "notify-works": "notice News reaches the webhook https://example.org again.",
  activity: "notice . canary waits for a person: Bash(rm -rf build)",
  "hook-failed": "warning ! onWaiting of canary failed: exit status 3: no display",
  "polling-over": "notice The kernel reports all changes again: nothing is polled any more.",
  deviation:
    "warning ! /u/mosaic-agent@canary.service.d/override.conf sets MemoryMax=300M (the fleet: 800M) for canary. " +
    "The file is not the fleet's and stays: remove it, or declare its settings in fleet.yaml.",
  crashed: `warning x canary failed (exit status 137); systemd restarts it
  | one
  | two`,
  failed: `err x canary failed (exit status 3); next try in 5 s
  | no such file`,
  completed: "notice * canary has done its work (exit status 0)",
  recovered: "notice * canary runs again",
  problem: `err Error: systemctl failed
  = It said why.`,
  "problem-over": "notice Recovered.",
  "source-placed": 'notice Source: main is at 3350d4bec1 "Add an agent", signed by ada@example.org.',
  "source-refused": `err Error: the commit 3350d4bec1 is not signed
  = hint: sign it in a new commit: git commit --gpg-sign with gpg.format=ssh
The fleet follows the last good revision. The source is fetched again.`,
  "source-works": "notice Source: main can be followed again.",
  paused: "notice Paused: nothing is changed until it resumes.",
  resumed: "notice Resumed.",
  leaving: "notice Interrupted: no longer watching. The agents go on.",
};

describe("An event in words", () => {
  it.each([
    [
      "stop",
      "attached",
      undefined,
      "will be stopped when nobody is attached any more; to do it now: fleet apply",
    ],
    ["restart", "churn", 5_000, "will be restarted in 5 s: its envFiles keep changing"],
    [
      "restart",
      "clock",
      60_000,
      "will be restarted in 1 min if it stays quiet: the clock was set, or the machine has slept",
    ],
  ] as const)("explains why a %s has to wait: %s", (action, why, inMs, phrase) => {
    const message = watchMessage({ kind: "held", agent: "canary", action, why, inMs }, plain, 100);
    expect(message?.lines).toEqual([`. canary ${phrase}`]);
  });

  it.each(allEvents)("describes $kind, and how much it matters", (event) => {
    const message = watchMessage(event, plain, 100);
    expect(message && `${message.level} ${message.lines.join("\n")}`).toBe(words[event.kind]);
  });

  it.each([
    ["added", "+ canary added"],
    ["changed", "~ canary changed: MemoryMax changed"],
    ["restarted", "-/+ canary restarted: MemoryMax changed"],
    ["started", "~ canary started: MemoryMax changed"],
    ["stopped", "~ canary stopped: MemoryMax changed"],
    ["removed", "- canary removed: MemoryMax changed"],
  ] as const)("explains why an agent was %s", (action, line) => {
    const changes = [{ reason: "settings-changed", record: "drop-in", names: ["MemoryMax"] } as const];
    expect(linesOf({ ...events.changed, action, changes })).toEqual([line]);
  });

  it("advises the person who stopped an agent by hand how to keep it down", () => {
    const changes = [{ reason: "not-running" } as const];
    expect(linesOf({ ...events.changed, action: "started", changes, wasStopped: true })).toEqual([
      "~ canary started: it does not run",
      "  to keep it down: fleet stop --keep-down canary",
    ]);
  });

  it("reports for an invalid file whether anything happens until it is valid", () => {
    const lines = linesOf({ ...events["file-rejected"], inForce: false });
    expect(lines.at(-1)).toBe("Nothing is changed until the file is valid.");
  });

  it.each<[string, Partial<typeof events.applied>, string, Level]>([
    ["one action", { done: 1 }, "1 action done", "info"],
    ["failures", { failed: 1, skipped: 2 }, "3 actions done, 3 not done", "warning"],
    ["what was not waited for", { failed: 1, wasCut: true }, "3 actions done, 1 under way", "info"],
  ])("counts %s", (_, more, expected, level) => {
    const event = { ...events.applied, ...more };
    expect(linesOf(event)).toEqual([`edit, drift: ${expected} (417 ms)`]);
    expect(levelOf(event)).toBe(level);
  });

  it("names each cause", () => {
    const causes = ["start", "edit", "drift", "due", "asked"] as const;
    expect(linesOf({ ...events.applied, causes })[0]).toMatch(/^start, edit, drift, timer, asked: /);
  });

  it.each<[Partial<typeof events.failed>, string]>([
    [{ exitStatus: 0 }, "x canary has ended (exit status 0); next try in 5 s"],
    [{ exitStatus: undefined }, "x canary failed; next try in 5 s"],
    [{ nextTryMs: 1 }, "x canary failed (exit status 3); next try in 1 s"],
    [{ nextTryMs: 300_000 }, "x canary failed (exit status 3); next try in 5 min"],
    [{ nextTryMs: 0 }, "x canary failed (exit status 3); it is started again now"],
    [{ nextTryMs: undefined }, "x canary failed (exit status 3); it is left as it is"],
  ])("reports how an agent ended and when it is tried again: %o", (more, line) => {
    expect(linesOf({ ...events.failed, ...more })[0]).toBe(line);
  });

  it("explains why a change waits although no agent is busy", () => {
    const plan = agentPlan({
      name: "a",
      action: "pending",
      change: { reason: "command-changed", fields: ["command"] },
      hold: "kept",
    });
    expect(linesOf({ kind: "waiting", plan })).toEqual([". a waits: command changed, onChange: keep"]);
  });

  it("shows control characters instead of obeying them, from any source", () => {
    for (const event of hostileEvents) {
      const lines = linesOf(event, 40);
      expect(lines.filter((line) => /[\p{Cc}\u202E]/u.test(line))).toEqual([]);
      if (JSON.stringify(event) !== JSON.stringify(events[event.kind]))
        expect(lines.join("\n")).toContain("a␛[2J");
    }
  });

  it("is the same in colour, which sets only colours", () => {
    for (const event of hostileEvents) {
      const text = watchMessage(event, coloured, 100)?.lines.join("\n") ?? "";
      // oxlint-disable-next-line no-control-regex
      expect(text.replaceAll(/\u001B\[\d+m/g, "")).toBe(linesOf(event).join("\n"));
    }
  });
});
