import { describe, expect, it } from "vitest";
import { knownKeys } from "../../src/config/schema/schema.ts";
import { desiredOf } from "../support/plan/resolved.ts";

/** Two values for each key, both different from the default. */
type Samples = Readonly<Record<string, readonly [unknown, unknown]>>;

const ofPanes: Samples = {
  command: ["one", "two"],
  workdir: ["/one", "/two"],
  env: [{ A: "1" }, { A: "2" }],
  restart: [false, true],
};
const focus = [false, true] as const;

/** The keys of each map below a key that also takes a plain value, and an agent with one of them. */
const maps: readonly {
  readonly section: keyof typeof knownKeys;
  readonly samples: Samples;
  readonly entry: (keys: object) => object;
}[] = [
  {
    section: "log",
    samples: { maxSize: ["1M", "2M"], keep: [1, 2] },
    entry: (keys) => ({ log: keys }),
  },
  {
    section: "schedule",
    samples: { at: ["daily", "weekly"], catchUp: [false, true], spread: ["5s", "6s"] },
    entry: (keys) => ({ schedule: { at: "hourly", ...keys } }),
  },
  {
    section: "window",
    samples: {
      ...ofPanes,
      layout: ["tiled", "even-vertical"],
      title: ["one", "two"],
      focus,
      panes: [["one"], ["one", "two"]],
    },
    entry: (keys) => ({ windows: { side: "command" in keys ? keys : { panes: ["top"], ...keys } } }),
  },
  {
    section: "pane",
    samples: { ...ofPanes, name: ["one", "two"], focus, size: [10, "30%"] },
    entry: (keys) => ({ windows: { side: { panes: ["top", { command: "top", ...keys }] } } }),
  },
  {
    section: "layout",
    samples: { name: ["main-vertical", "main-horizontal"], main: [10, "30%"] },
    entry: (keys) => ({
      windows: { side: { panes: ["top", "top"], layout: { name: "main-vertical", ...keys } } },
    }),
  },
];

describe.each(maps)("Every key of the map $section", ({ section, samples, entry }) => {
  it("is tested here", () => {
    expect(new Set(Object.keys(samples))).toEqual(new Set(knownKeys[section]));
  });

  it.each(Object.keys(samples))("changes the desired state: %s", (key) => {
    const [one, other] = (samples[key] ?? []).map((value) =>
      desiredOf({ agents: { rich: { command: "sleep 1", ...entry({ [key]: value }) } } }),
    );
    expect(one).toBeDefined();
    expect(one).not.toEqual(other);
  });
});
