import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRuntime } from "../../../src/observe/runtime/runtime.ts";

describe("The files of the start script", () => {
  let runtimeDir: string;
  beforeAll(() => {
    runtimeDir = mkdtempSync(join(tmpdir(), "runtime-"));
    mkdirSync(join(runtimeDir, "coder"));
    writeFileSync(join(runtimeDir, "coder/restarts"), "3\n");
    writeFileSync(join(runtimeDir, "coder.memory"), "1024\n");
    writeFileSync(join(runtimeDir, "gone.killed"), "2000\n");
  });
  afterAll(() => rmSync(runtimeDir, { recursive: true }));
  const read = (...passedOver: readonly string[]) =>
    readRuntime({ runtimeDir, holderUnit: "mosaic-tmux-holder.service" }, new Set(passedOver));

  it("are those of one agent each, also if only a file next to its directory is left", () => {
    expect(Object.fromEntries(read())).toMatchObject({
      coder: { restarts: 3, memoryEnd: { limitBytes: 1024 } },
      gone: { restarts: 0, killedAfterMs: 2000 },
    });
    expect([...read().keys()].toSorted()).toEqual(["coder", "gone"]);
  });

  it("are not read of agents to pass over", () => {
    expect([...read("gone").keys()]).toEqual(["coder"]);
  });
});
