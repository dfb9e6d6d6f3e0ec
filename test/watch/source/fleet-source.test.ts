import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openSource, type FleetSource } from "../../../src/watch/source/fleet-source.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";

/** Returns a fleet.yaml of these agents, with its last line ended. */
function declaring(...agents: readonly string[]): string {
  return `version: 1\nagents:\n${agents.map((name) => `  ${name}: { command: "true" }\n`).join("")}`;
}

describe("a followed fleet file", () => {
  let folder: string;
  let file: string;
  let source: FleetSource;
  let told: WatchEvent[];
  let nowMs: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-test-"));
    file = join(folder, "fleet.yaml");
    told = [];
    nowMs = 1_000_000;
    const location = { path: "fleet.yaml", cwd: folder, configHome: join(folder, "config") };
    source = openSource(location, "fleet.yaml", (event) => told.push(event));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const save = (text: string): void => writeFileSync(file, text, { mode: 0o644 });

  /** Reads it so many ms after the last time. Returns the agents in force, the news and the reports. */
  async function look(afterMs = 0): Promise<object> {
    nowMs += afterMs;
    const { config, isNew, againInMs } = await source.read(nowMs);
    return {
      inForce: config && Object.keys(config.agents),
      ...(isNew && { isNew }),
      ...(againInMs !== undefined && { againInMs }),
      told: told.splice(0).map(phrase),
    };
  }

  it("is reported once for each new text, and not for a save of the same", async () => {
    save(declaring("one"));
    expect(await look()).toEqual({ inForce: ["one"], isNew: true, told: ["edited: 1"] });
    expect(await look()).toEqual({ inForce: ["one"], told: [] });
    save(declaring("one"));
    expect(await look()).toEqual({ inForce: ["one"], told: [] });
    save(declaring("one", "two"));
    expect(await look()).toEqual({ inForce: ["one", "two"], isNew: true, told: ["edited: 2"] });
  });

  it("stays in force in its last valid state, and is reported once for each error", async () => {
    save(declaring("one"));
    await look();
    save("version: 1\nagents: [\n");
    expect(await look()).toEqual({
      inForce: ["one"],
      told: [expect.stringMatching(/^rejected, inForce: wrong-type/)],
    });
    expect(await look(10_000)).toEqual({ inForce: ["one"], told: [] });
    save("version: 1\nagents: {}\nwrong: 1\n");
    expect(await look()).toEqual({
      inForce: ["one"],
      told: [expect.stringMatching(/^rejected, inForce: unknown-key/)],
    });
    save(declaring("one"));
    expect(await look()).toEqual({ inForce: ["one"], told: ["accepted"] });
    save("version: 1\nagents: [\n");
    await look();
    save(declaring("one", "two"));
    expect(await look()).toEqual({ inForce: ["one", "two"], isNew: true, told: ["edited: 2"] });
  });

  it("has nothing in force until it was valid for the first time", async () => {
    save("version: 2\n");
    expect(await look()).toEqual({
      inForce: undefined,
      told: [expect.stringMatching(/^rejected, nothing in force: /)],
    });
    rmSync(file);
    expect(await look()).toEqual({
      inForce: undefined,
      told: [expect.stringMatching(/^rejected, nothing in force: file-not-found/)],
    });
    save(declaring("one"));
    expect(await look()).toEqual({ inForce: ["one"], isNew: true, told: ["edited: 1"] });
  });

  it("is used at once at the beginning, with or without an end of its last line", async () => {
    save(declaring("one").trimEnd());
    expect(await look()).toEqual({ inForce: ["one"], isNew: true, told: ["edited: 1"] });
    expect(await look()).toEqual({ inForce: ["one"], told: [] });
  });

  describe("while it is saved", () => {
    beforeEach(async () => {
      save(declaring("one", "two"));
      await look();
    });

    it("may be missing for 2 s before that is reported, and comes back without a report", async () => {
      rmSync(file);
      expect(await look()).toEqual({ inForce: ["one", "two"], againInMs: 2_000, told: [] });
      expect(await look(1_999)).toEqual({ inForce: ["one", "two"], againInMs: 1, told: [] });
      save(declaring("one", "two"));
      expect(await look()).toEqual({ inForce: ["one", "two"], told: [] });
      rmSync(file);
      expect(await look()).toEqual({ inForce: ["one", "two"], againInMs: 2_000, told: [] });
      expect(await look(2_000)).toEqual({
        inForce: ["one", "two"],
        told: ["rejected, inForce: file-not-found fleet.yaml is gone"],
      });
      expect(await look(60_000)).toEqual({ inForce: ["one", "two"], told: [] });
      save(declaring("one", "two"));
      expect(await look()).toEqual({ inForce: ["one", "two"], told: ["accepted"] });
    });

    it("may be empty for 2 s", async () => {
      save("");
      expect(await look()).toMatchObject({ inForce: ["one", "two"] });
      save(declaring("one"));
      expect(await look()).toEqual({ inForce: ["one"], isNew: true, told: ["edited: 1"] });
    });

    it("is followed 2 s after its last change if it ends in the middle of a line", async () => {
      const whole = declaring("one", "two", "three");
      for (const length of [8, 7, 6, 5, 4, 3]) {
        save(`${declaring("one")}${"#".repeat(length)}`);
        expect(await look(1_500)).toEqual({ inForce: ["one", "two"], againInMs: 2_000, told: [] });
      }
      save(whole);
      expect(await look(1_500)).toMatchObject({ inForce: ["one", "two", "three"], isNew: true });
      save(declaring("one").trimEnd());
      expect(await look()).toMatchObject({ inForce: ["one", "two", "three"], againInMs: 2_000 });
      expect(await look(2_000)).toEqual({ inForce: ["one"], isNew: true, told: ["edited: 1"] });
      expect(await look()).toEqual({ inForce: ["one"], told: [] });
    });

    it("is not taken as complete because it was missing for a long time", async () => {
      rmSync(file);
      await look();
      await look(10_000);
      save(declaring("one").trimEnd());
      expect(await look()).toEqual({ inForce: ["one", "two"], againInMs: 2_000, told: [] });
      save(declaring("one", "two"));
      expect(await look(100)).toEqual({ inForce: ["one", "two"], told: ["accepted"] });
    });
  });

  it("outdates the text in force if it has another one, until that counts; but not for ever", async () => {
    const location = { path: "fleet.yaml", cwd: folder, configHome: join(folder, "config") };
    const quietMs = 60_000;
    source = openSource(location, "fleet.yaml", (event) => told.push(event), quietMs);
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    /** Moves the clock so that the file was saved so long ago, ms. */
    const setAge = (ms: number): void => void vi.setSystemTime(Math.ceil(statSync(file).ctimeMs) + ms);
    const bare = { isNew: false, isOutdated: false };
    save(declaring("one"));
    setAge(quietMs);
    expect(await source.read(nowMs)).toMatchObject({ isNew: true, isOutdated: false });
    save(declaring("one"));
    setAge(1);
    expect(await source.read(nowMs)).toMatchObject(bare);
    save(declaring("one", "two"));
    setAge(1);
    expect(await source.read(nowMs)).toMatchObject({ isNew: false, isOutdated: true });
    expect(await source.read(nowMs + 29_999)).toMatchObject({ isNew: false, isOutdated: true });
    expect(told.splice(0).map(phrase)).toEqual(["edited: 1"]);
    expect(await source.read(nowMs + 30_000)).toMatchObject(bare);
    expect(await look(60_000)).toMatchObject({ inForce: ["one"], told: ["note"] });
    setAge(quietMs);
    expect(await look()).toMatchObject({ inForce: ["one", "two"], isNew: true });
    save(declaring("one"));
    setAge(1);
    expect(await source.read(nowMs)).toMatchObject({ isNew: false, isOutdated: true });
  });

  describe("a fleet file with another object in its place", () => {
    beforeEach(async () => {
      save(declaring("one"));
      await look();
    });

    it.for<[string, () => void, RegExp]>([
      ["a file that others may write", () => chmodSync(file, 0o666), /file-untrusted .*written by everybody/],
      ["a file in a folder that others may write", () => chmodSync(folder, 0o777), /file-untrusted .*folder/],
      ["another fleet", () => save(`name: other\n${declaring("one")}`), /blocked .*name .*mosaic to other/],
      [
        "a fleet on another tmux socket",
        () => save(`tmux: { socket: other }\n${declaring("one")}`),
        /blocked .*tmux socket .*mosaic-factory to other/,
      ],
      ["a folder", () => replaceWith(() => mkdirSync(file)), /file-unreadable .*directory/],
      [
        "a link to itself",
        () => replaceWith(() => symlinkSync("fleet.yaml", file)),
        /file-unreadable .*circle/,
      ],
      ["a pipe", () => replaceWith(() => execFileSync("mkfifo", [file])), /file-unreadable .*pipe/],
      [
        "what is no text",
        () => writeFileSync(file, Buffer.from([0xff, 0xfe, 10])),
        /file-unreadable .*UTF-8/,
      ],
    ])("refuses %s, and continues when the file is back", async ([, replace, why]) => {
      replace();
      expect(await look()).toEqual({
        inForce: ["one"],
        told: [expect.stringMatching(new RegExp(`^rejected, inForce: ${why.source}`))],
      });
      expect(await look(60_000)).toEqual({ inForce: ["one"], told: [] });
      rmSync(file, { recursive: true });
      chmodSync(folder, 0o700);
      save(declaring("one"));
      expect(await look()).toEqual({ inForce: ["one"], told: ["accepted"] });
    });

    function replaceWith(make: () => void): void {
      rmSync(file);
      make();
    }
  });
});

function phrase(event: WatchEvent): string {
  if (event.kind === "edited") return `edited: ${event.agents}`;
  if (event.kind === "file-accepted") return "accepted";
  if (event.kind !== "file-rejected") return event.kind;
  const why = event.diagnostics.map(({ code, summary }) => `${code} ${summary}`).join(", ");
  return `rejected, ${event.inForce ? "inForce" : "nothing in force"}: ${why}`;
}
