import { stringify } from "yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { declare, waits, type FleetFile } from "../support/fleet/fleet.ts";
import { machineState, unitState } from "../support/fleet/state.ts";
import type { Ran } from "../support/rig/sandbox.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { changesIn, startWatch, type RunningWatch, type Told } from "../support/watch/watcher.ts";

const five = (model: string): FleetFile => ({
  runtimes: { quiet: { command: waits } },
  defaults: { runtime: "quiet", onChange: "restart" },
  agents: { first: { env: { MODEL: model } }, second: {}, third: {}, fourth: {}, fifth: {} },
});

describe("a fleet.yaml that cannot be followed", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  beforeAll(async () => {
    await declare(box, five("opus"));
    watch = await startWatch(box);
    await watch.waitFor("all are started", ({ event }) => event === "applied");
    await watch.settled();
  });

  /** Returns the watch's report about an edit that may change nothing on the machine. */
  async function rejected(edit: () => Promise<unknown>): Promise<string> {
    const before = await machineState(box);
    const { length } = await watch.told();
    await edit();
    const { diagnostics, inForce } = await watch.waitFor(
      "it rejects the file",
      ({ event }) => event === "file-rejected",
      length,
    );
    expect(inForce).toBe(true);
    const [{ summary, place } = { summary: "", place: undefined }] = diagnostics as readonly {
      summary: string;
      place?: { line: number; column: number };
    }[];
    const after = await machineState(box);
    expect(after.filter((line) => !line.startsWith("work"))).toEqual(
      before.filter((line) => !line.startsWith("work")),
    );
    return place === undefined ? summary : `${place.line}:${place.column} ${summary}`;
  }

  it("changes nothing if it does not parse, is reported once with its place, and is followed when it is fixed", async () => {
    const text = await box.read("~/work/fleet.yaml");
    const broken = text.replace("MODEL: opus", "MODEL: [opus");
    expect(await rejected(() => declare(box, broken))).toMatch(/^\d+:\d+ /);
    const { length } = await watch.told();
    await declare(box, five("sonnet"));
    await watch.waitFor("the first is restarted", ({ agent }) => agent === "first", length);
    const told = (await watch.settled()).slice(length);
    expect(changesIn(told)).toEqual(["first restarted: env-changed env.MODEL"]);
    expect(told.filter(({ event }) => event === "file-rejected")).toEqual([]);
  });

  it("changes nothing if systemd does not know a time of a schedule, and names its line", async () => {
    const withTime = (schedule: string): FleetFile => ({
      ...five("sonnet"),
      services: { nightly: { command: "true", schedule } },
    });
    expect(await rejected(() => declare(box, withTime("at night")))).toMatch(
      /^\d+:\d+ schedule in service "nightly" is no calendar expression of systemd: "at night"$/,
    );
    const { length } = await watch.told();
    await declare(box, withTime("03:00"));
    await watch.waitFor("the timer is started", ({ event }) => event === "applied", length);
    expect(await box.sh("systemctl --user is-active mosaic-agent@nightly.timer")).toBe("active\n");
    const told = await watch.settled();
    expect(told.slice(length).filter(({ event }) => event === "file-rejected")).toEqual([]);
    await declare(box, five("sonnet"));
    await watch.waitFor("the timer is gone", ({ event }) => event === "applied", told.length);
    await watch.settled();
  });

  /** Restores the followed file, and waits until the watch says so. */
  async function mended(model: string): Promise<void> {
    const { length } = await watch.told();
    await declare(box, five(model));
    await watch.waitFor("it is followed again", ({ event }) => event === "file-accepted", length);
  }

  it("changes nothing when it is emptied", async () => {
    expect(await rejected(() => declare(box, ""))).toContain('no "version"');
    await mended("sonnet");
  });

  it("stops nothing if it is deleted, lets other drift be fixed, and is followed when it is back", async () => {
    expect(await rejected(() => box.run(["rm", "fleet.yaml"]))).toBe("fleet.yaml is gone");
    const { length } = await watch.told();
    await box.sh("systemctl --user stop mosaic-agent@third.service");
    await watch.waitFor("it is started again", ({ agent }) => agent === "third", length);
    await mended("sonnet");
    await declare(box, five("haiku"));
    await watch.waitFor("the edit is followed", ({ agent }) => agent === "first", length);
    const told = (await watch.settled()).slice(length);
    expect(changesIn(told)).toEqual(["third started: not-running", "first restarted: env-changed env.MODEL"]);
    expect(told.filter(({ event }) => event === "file-rejected")).toEqual([]);
  });

  it("changes nothing if others may write it", async () => {
    expect(await rejected(() => box.run(["chmod", "0666", "fleet.yaml"]))).toBe(
      "fleet.yaml can be written by everybody",
    );
    const { length } = await watch.told();
    await box.run(["chmod", "0644", "fleet.yaml"]);
    await watch.waitFor("it is followed again", ({ event }) => event === "file-accepted", length);
  });

  it("changes nothing if it is another fleet's", async () => {
    expect(await rejected(() => declare(box, { name: "other", ...five("haiku") }))).toBe(
      "the fleet's name was changed from mosaic to other: that makes it another fleet",
    );
    await mended("haiku");
  });

  it("removes no agent if it declares none, and lets other drift be fixed", async () => {
    const before = await unitState(box, "mosaic-*");
    const { length } = await watch.told();
    await declare(box, "version: 1\nagents: {}\n");
    const refused = await watch.waitFor("it is refused", ({ event }) => event === "refused", length);
    expect(refused).toMatchObject({
      guard: "empty-fleet",
      message: "the file declares no agents, and 5 agents would be removed",
    });
    await box.sh("rm ~/.config/mosaic/tools/fleet/start-agent-session.sh");
    await watch.waitFor("the script is there again", ({ role }) => role === "script", length);
    expect(await unitState(box, "mosaic-*")).toEqual(before);
    await declare(box, five("haiku"));
    await watch.settled();
    expect(await unitState(box, "mosaic-*")).toEqual(before);
  });

  it("removes no agent if most are gone, is reported, and changes the rest", async () => {
    const before = await unitState(box, "mosaic-agent@*");
    const { length } = await watch.told();
    const { first, fifth } = five("opus").agents as Record<string, object>;
    await declare(box, { ...five("opus"), agents: { first: first ?? {}, fifth: fifth ?? {} } });
    await watch.waitFor("it is applied", ({ event }) => event === "applied", length);
    const told = (await watch.told()).slice(length);
    expect(told.filter(({ event }) => event === "refused")).toMatchObject([
      { guard: "mass-removal", message: "3 of 5 agents would be removed" },
    ]);
    expect(changesIn(told)).toEqual(["first restarted: env-changed env.MODEL"]);
    const after = await unitState(box, "mosaic-agent@*");
    const isOther = (line: string): boolean => !line.includes("mosaic-agent@first");
    expect(after.filter(isOther)).toEqual(before.filter(isOther));
    expect(after).not.toEqual(before);
    await declare(box, five("opus"));
    await watch.settled();
    expect(await unitState(box, "mosaic-agent@*")).toEqual(after);
  });

  it("stops no agent if one line stops all, is reported, and lets other drift be fixed", async () => {
    const before = await unitState(box, "mosaic-*");
    const { length } = await watch.told();
    const { defaults, ...others } = five("opus");
    await declare(box, { ...others, defaults: { ...defaults, state: "stopped" } });
    const refused = await watch.waitFor("it is refused", ({ event }) => event === "refused", length);
    expect(refused).toMatchObject({
      guard: "mass-stop",
      message: "5 of 5 agents with a session would be stopped (state: stopped)",
    });
    await box.sh("rm ~/.config/mosaic/tools/fleet/start-agent-session.sh");
    await watch.waitFor("the script is there again", ({ role }) => role === "script", length);
    await declare(box, five("opus"));
    await watch.settled();
    expect(await unitState(box, "mosaic-*")).toEqual(before);
  });

  it("is waited for if it is invalid at the beginning", async () => {
    const file = `${box.home}/second/fleet.yaml`;
    const second: FleetFile = { name: "second", agents: { one: { command: waits } } };
    await box.write(file, "version: 1\nagents: [\n");
    const isReady = ({ event }: Told): boolean => event === "file-rejected";
    const other = await startWatch(box, ["--file", file], { isReady });
    expect(await other.told()).toMatchObject([{ event: "file-rejected", file, inForce: false }]);
    await box.write(file, stringify({ version: 1, ...second }));
    await other.waitFor("it is applied", ({ event }) => event === "applied");
    const told = await other.settled();
    expect(told[1]).toMatchObject({ event: "watching", fleet: "second" });
    expect(changesIn(told)).toEqual(["one added: "]);
    await other.stop();
  });

  it("ends a watch without a file, or with a path that is not a file", async () => {
    await box.sh("mkdir -p ~/empty; mkfifo ~/empty/pipe");
    const watchOf = (...args: readonly string[]): Promise<Ran> =>
      box.run(["fleet", "watch", ...args], { cwd: "~/empty" });
    expect(await watchOf()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no fleet.yaml found"),
    });
    expect(await watchOf("--file", "missing.yaml")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no file missing.yaml"),
    });
    for (const path of ["pipe", "."]) {
      expect(await watchOf("--file", path)).toMatchObject({
        code: 64,
        stderr: expect.stringContaining(`${path} cannot be watched: it is not a regular file`),
      });
    }
  });
});
