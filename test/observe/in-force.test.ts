import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { layoutOf } from "../../src/desired/layout.ts";
import { findOverrides, namesThatBear } from "../../src/observe/in-force/override-files.ts";
import { unitsReadAfter } from "../../src/observe/in-force/units-read.ts";
import { account } from "../support/plan/resolved.ts";
import { until } from "../support/rig/until.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "in-force-"));
});
afterEach(() => rmSync(home, { recursive: true }));

describe("The time at which units were read, without a process", () => {
  /** Waits until a file gets another time: times of the kernel's clock differ only some ticks later. */
  async function later(): Promise<void> {
    const began = Date.now();
    await until("the clock has moved on", async () => Date.now() > began + 30);
  }

  it("is when systemd last created folders for generators, and unknown if another entry is as young", async () => {
    const dir = join(home, "systemd");
    mkdirSync(join(dir, "units"), { recursive: true });
    await later();
    mkdirSync(join(dir, "generator"));
    rmdirSync(join(dir, "generator"));
    const reloaded = statSync(dir).mtimeMs;
    expect(reloaded).toBeGreaterThan(statSync(dir).birthtimeMs);
    expect(unitsReadAfter(home)).toBe(reloaded);
    await later();
    mkdirSync(join(dir, "transient"));
    expect(unitsReadAfter(home)).toBe(statSync(dir).birthtimeMs);
  });

  it("is never, without a runtime directory", () => {
    expect(unitsReadAfter(join(home, "none"))).toBe(0);
  });
});

describe("Files that override the fleet's units", () => {
  const machine = () => ({
    ...account,
    home,
    configHome: join(home, ".config"),
    runtimeDir: join(home, "run"),
  });

  it("are found by their names, and do not include the fleet's own", () => {
    const layout = layoutOf("mosaic", "mosaic-factory", machine());
    const dropIns = join(layout.unitDir, "mosaic-agent@a.service.d");
    mkdirSync(dropIns, { recursive: true });
    writeFileSync(join(dropIns, "50-fleet.conf"), "[Service]\nTasksMax=5\n");
    writeFileSync(join(dropIns, "mine.conf"), "[Service]\nMemoryLimit=5M\nEnvironment=KEY=secret\n");
    writeFileSync(join(dropIns, "mine.conf~"), "[Service]\n");
    writeFileSync(layout.templatePath, "[Service]\n");
    symlinkSync(layout.templatePath, join(layout.unitDir, "mosaic-agent@alias.service"));
    symlinkSync("/dev/null", join(layout.unitDir, "mosaic-agent@masked.service"));
    writeFileSync(join(layout.unitDir, "mosaic-agent@own.service"), "[Service]\n");
    writeFileSync(join(layout.unitDir, "other.service"), "[Service]\n");
    symlinkSync("nowhere", join(dropIns, "gone.conf"));
    const { files, folders } = findOverrides(layout);
    expect(folders).toEqual([dropIns]);
    expect(
      files.map(({ file: { path, kind, settings } }) => [
        path.slice(layout.unitDir.length + 1),
        kind,
        settings,
      ]),
    ).toEqual([
      ["mosaic-agent@a.service.d/gone.conf", "masked-drop-in", []],
      [
        "mosaic-agent@a.service.d/mine.conf",
        "drop-in",
        [
          { name: "MemoryMax", value: "5M" },
          { name: "Environment", value: undefined },
        ],
      ],
      ["mosaic-agent@masked.service", "mask", []],
      ["mosaic-agent@own.service", "unit", []],
    ]);
  });

  it("affect the fleet by template, instance, dashed prefix and type", () => {
    const bears = namesThatBear(layoutOf("mosaic", "mosaic-factory", machine()));
    const names = [
      "mosaic-agent@a.service",
      "mosaic-agent@.service",
      "mosaic-@a.service",
      "mosaic-.service",
      "service",
    ];
    expect(names.filter((name) => !bears(name))).toEqual([]);
    expect(["mosaic-agent-.service", "other@a.service", "mosaic.service", "timer"].filter(bears)).toEqual([]);
  });
});
