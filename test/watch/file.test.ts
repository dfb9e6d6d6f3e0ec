import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declare, waits, type FleetFile } from "../fleet/fleet.ts";
import { machineState } from "../fleet/state.ts";
import { openSandbox, type Sandbox } from "../rig/sandbox.ts";
import { changesIn, startWatch, type RunningWatch } from "./watcher.ts";

const three = (model: string): FleetFile => ({
  runtimes: { quiet: { command: waits } },
  defaults: { runtime: "quiet", onChange: "restart" },
  agents: { first: { env: { MODEL: model } }, second: {}, third: {} },
});

describe("a fleet.yaml that cannot be followed", () => {
  let box: Sandbox;
  let watch: RunningWatch;
  beforeAll(async () => {
    box = await openSandbox();
    await declare(box, three("opus"));
    watch = await startWatch(box);
    await watch.settled();
  });
  afterAll(() => box.close());

  /** What the watch tells of an edit, by which nothing may change on the machine. */
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

  it("changes nothing when it does not parse, is told once with its place, and is followed when it is mended", async () => {
    const text = await box.read("~/work/fleet.yaml");
    const broken = text.replace("MODEL: opus", "MODEL: [opus");
    expect(await rejected(() => declare(box, broken))).toMatch(/^\d+:\d+ /);
    const { length } = await watch.told();
    await declare(box, three("sonnet"));
    await watch.waitFor("the first is restarted", ({ agent }) => agent === "first", length);
    const told = (await watch.settled()).slice(length);
    expect(changesIn(told)).toEqual(["first restarted: env-changed env.MODEL"]);
    expect(told.filter(({ event }) => event === "file-rejected")).toEqual([]);
  });

  it("changes nothing when it is emptied", async () => {
    expect(await rejected(() => declare(box, ""))).toContain('no "version"');
    await declare(box, three("sonnet"));
    await watch.settled();
  });
});
