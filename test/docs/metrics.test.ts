import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { createFleetMetrics } from "../../src/metrics/fleet-metrics.ts";

const prefix = "mosaic_fleet_";

describe("the metrics in docs", () => {
  let names: ReadonlySet<string>;
  beforeAll(async () => {
    const text = await createFleetMetrics("1.0.0").text();
    names = new Set(Array.from(text.matchAll(/^# TYPE mosaic_fleet_(\w+)/gm), ([, name = ""]) => name));
  });

  it("are all there are", () => {
    const page = readFileSync("docs/metrics.md", "utf8");
    const rows = page
      .split("\n")
      .filter((line) => line.startsWith("| `") && /gauge|counter|histogram/.test(line));
    const told = rows.flatMap((row) =>
      Array.from((row.split("|")[1] ?? "").matchAll(/`(\w+)/g), ([, name = ""]) => name),
    );
    expect(told.toSorted()).toEqual([...names].toSorted());
  });

  it.each(["docs/grafana-dashboard.json", "docs/metrics.md"])("are used by their names in %s", (page) => {
    const used = readFileSync(page, "utf8").matchAll(/mosaic_fleet_(\w+)/g);
    const unknown = Array.from(used, ([, name = ""]) => name.replace(/_bucket$/, "")).filter(
      (name) => !names.has(name),
    );
    expect(unknown).toEqual([]);
    expect(readFileSync(page, "utf8")).toContain(prefix);
  });
});
