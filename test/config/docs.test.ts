import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { presetNames } from "../../src/runtimes/preset-names.ts";
import type { Includer } from "../../src/config/include/gather.ts";
import { ok } from "../../src/diagnostics/diagnostic.ts";
import { parseFleet } from "../../src/config/parse.ts";
import { topics } from "../../src/config/schema/notify.ts";
import { knownKeys } from "../../src/config/schema/schema.ts";

/** Every included file of the examples exists, and is empty. */
const empty: Includer = {
  id: "",
  read: (name) => ok({ name, id: name, file: name, text: "version: 1\n" }),
};

const text = readFileSync("docs/fleet-yaml.md", "utf8");

describe("docs/fleet-yaml.md", () => {
  it("has only valid examples", () => {
    const examples = [...text.matchAll(/^```yaml\n(.*?)^```/gms)]
      .map(([, example = ""]) => example)
      .filter((example) => example.includes("version:"));
    expect(examples).toHaveLength(14);
    for (const example of examples)
      expect(parseFleet(example, "docs/fleet-yaml.md", empty)).toMatchObject({ ok: true });
  });

  it("has the name of each preset in its row", () => {
    const row = text.split("\n").find((line) => line.startsWith("| `runtimes.NAME.preset`")) ?? "";
    expect(presetNames.filter((name) => !row.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(["activity", "send"])(
    "has docs/%s.md next to it, which names each preset of an AI agent",
    (page) => {
      const words = new Set(readFileSync(`docs/${page}.md`, "utf8").match(/\w+/g));
      expect(presetNames.filter((name) => name !== "shell" && !words.has(name))).toEqual([]);
    },
  );

  it("has a row for every key", () => {
    const rows = [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, key]) => key);
    const nested = (
      section:
        | "tmux"
        | "restart"
        | "resources"
        | "log"
        | "ready"
        | "stop"
        | "hooks"
        | "start"
        | "worktree"
        | "rollout",
    ) => knownKeys[section].map((key) => `${section}.${key}`);
    const documented = [
      ...knownKeys.fleet.filter((key) => !["tmux", "start", "rollout"].includes(key)),
      ...nested("start"),
      ...nested("rollout"),
      ...nested("tmux"),
      ...knownKeys.host.map((key) => `hosts.NAME.${key}`),
      ...knownKeys.receiver.map((key) => `notify[].${key}`),
      ...topics,
      ...knownKeys.runtime.filter((key) => key !== "screen").map((key) => `runtimes.NAME.${key}`),
      ...knownKeys.screen.map((key) => `runtimes.NAME.screen.${key}`),
      ...knownKeys.agent.filter(
        (key) => key !== "restart" && !["resources", "ready", "stop", "hooks", "worktree"].includes(key),
      ),
      ...nested("restart"),
      ...nested("resources"),
      ...nested("log"),
      ...nested("ready"),
      ...nested("stop"),
      ...nested("hooks"),
      ...knownKeys.window.map((key) => `windows.NAME.${key}`),
      ...knownKeys.layout.map((key) => `windows.NAME.layout.${key}`),
      ...knownKeys.pane.map((key) => `windows.NAME.panes[].${key}`),
      ...nested("worktree"),
    ];
    expect(rows).toHaveLength(documented.length);
    expect(new Set(rows)).toEqual(new Set(documented));
  });

  it("names the keys of defaults", () => {
    const [, paragraph = ""] = /^## Defaults\n(.*?)^- /ms.exec(text) ?? [];
    const named = [...paragraph.matchAll(/`(\w+)`/g)].map(([, key]) => key).slice(1);
    expect(named).toEqual(knownKeys.defaults);
  });
});

describe("docs/services.md", () => {
  it("has each key of a service in its table", () => {
    const page = readFileSync("docs/services.md", "utf8");
    const table = page.slice(page.indexOf("## Keys"), page.indexOf("## Schedules"));
    const rows = table.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) => [...(row.split(" | ")[0] ?? "").matchAll(/`(\w+)`/g)]);
    expect(new Set(named.map(([, key]) => key))).toEqual(new Set(knownKeys.service));
  });
});
