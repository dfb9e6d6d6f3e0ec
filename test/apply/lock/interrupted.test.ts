import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockWatch } from "../../../src/apply/lock/lock.ts";
import { layoutOf } from "../../../src/desired/layout.ts";
import { account } from "../../support/plan/resolved.ts";

describe("an interrupted attempt to take a lock", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-lock-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("names no other run if there was none to wait for", async () => {
    const layout = { ...layoutOf("web", "web-factory", account), stateDir: join(folder, "state") };
    const waits: string[] = [];
    const taken = await lockWatch(
      layout,
      "fleet.yaml",
      0,
      (holder) => waits.push(holder),
      AbortSignal.abort(),
    );
    expect(taken).toMatchObject({
      ok: false,
      diagnostics: [
        { code: "interrupted", summary: "interrupted before the run began", detail: "Nothing was changed." },
      ],
    });
    expect(waits).toEqual([]);
  });
});
