import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { openEditor, type Editor } from "../../support/fleet/editor.ts";
import { nothing, says } from "../../support/fleet/effect.ts";
import { environmentOf } from "../../support/fleet/environment-of.ts";
import { apply, declare, pathOf, plan, verbsIn, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

/** Each test edits the fleet left by the test before it. */
const initial: FleetFile = {
  runtimes: { claude: { command: waits }, codex: { command: ["sh", "-c", waits] } },
  defaults: { onChange: "restart" },
  agents: {
    planner: { runtime: "claude" },
    coder: { runtime: "codex" },
    reviewer: { runtime: "claude", dependsOn: ["coder"] },
    tester: { command: waits, env: { MODEL: "opus", KEEP: "1" }, envFiles: ["~/secrets.env"] },
  },
};

const { env, dropIn, dropIns, link } = pathOf;

describe("an edit of fleet.yaml", () => {
  const box = useSandbox();
  let editor: Editor;
  beforeAll(async () => {
    await box.write("~/secrets.env", "TOKEN=first-secret\n", 0o600);
    editor = await openEditor(box, initial);
  });

  it("of one agent's env writes one file and restarts that agent in its pane", async () => {
    expect(await editor.edit({ tester: { env: { MODEL: "sonnet", KEEP: "1" } } })).toEqual({
      ...nothing,
      planned: { tester: "restart: env-changed env.MODEL" },
      files: [`~ ${env("tester")}`],
      verbs: ["reset-failed tester", "restart tester"],
      units: ["~ tester"],
    });
    expect(await environmentOf(box, "tester")).toMatch(/^MODEL=sonnet$/m);
  });

  it("of a description writes a drop-in and reloads, without a restart", async () => {
    expect(await editor.edit({ planner: { description: "Splits the work, 100 %" } })).toEqual({
      ...nothing,
      planned: { planner: "change: settings-changed Description" },
      files: [`+ ${dropIns("planner")}`, `+ ${dropIn("planner")}`],
      verbs: ["daemon-reload"],
    });
    expect(await property("planner", "Description")).toBe("Splits the work, 100 %");
  });

  it("of a memory limit rewrites the drop-in and reloads, and the limit applies at once", async () => {
    expect(await editor.edit({ planner: { resources: { memoryMax: "512M" } } })).toEqual({
      ...nothing,
      planned: { planner: "change: settings-changed MemoryMax" },
      files: [`~ ${dropIn("planner")}`],
      verbs: ["daemon-reload"],
    });
    expect(await property("planner", "MemoryMax")).toBe(String(512 * 1024 * 1024));
  });

  it("without an agent's own settings removes the drop-in and its folder", async () => {
    expect(await editor.edit({ planner: { description: undefined, resources: undefined } })).toEqual({
      ...nothing,
      planned: { planner: "change: settings-changed Description, MemoryMax" },
      files: [`- ${dropIns("planner")}`, `- ${dropIn("planner")}`],
      verbs: ["daemon-reload"],
    });
    expect(await property("planner", "Description")).toBe("Mosaic agent planner");
    expect(await property("planner", "MemoryMax")).toBe("infinity");
  });

  it("to `state: stopped` stops that agent and keeps it from starting at boot", async () => {
    expect(await editor.edit({ planner: { state: "stopped" } })).toEqual({
      ...nothing,
      planned: { planner: "stop: stop-wanted" },
      files: [`- ${link("planner")}`],
      verbs: ["stop planner", "daemon-reload"],
      units: ["- planner"],
      panes: ["- planner"],
    });
  });

  it("of a stopped agent's env writes the file and starts nothing", async () => {
    expect(await editor.edit({ planner: { env: { MODEL: "opus" } } })).toEqual({
      ...nothing,
      planned: { planner: "change: env-changed env.MODEL" },
      files: [`~ ${env("planner")}`],
    });
  });

  it("back to `state: running` starts it with the current declaration", async () => {
    expect(await editor.edit({ planner: { state: "running" } })).toEqual({
      ...nothing,
      planned: { planner: "start: not-running" },
      files: [`+ ${link("planner")}`],
      verbs: ["daemon-reload", "start planner"],
      units: ["+ planner"],
      panes: ["+ planner"],
    });
    expect(await environmentOf(box, "planner")).toMatch(/^MODEL=opus$/m);
  });

  it("of an envFile's content restarts its agent, and shows none of the content", async () => {
    await box.write("~/secrets.env", "TOKEN=second-secret\n", 0o600);
    const shown = JSON.stringify(await plan(box)) + (await box.sh("fleet plan -v 2>&1"));
    expect(shown).toContain("envFiles");
    expect(shown).not.toMatch(/(first|second)-secret/);
    expect(await editor.edit({})).toEqual({
      ...nothing,
      planned: { tester: "restart: env-files-changed envFiles" },
      files: [`~ ${env("tester")}`],
      verbs: ["reset-failed tester", "restart tester"],
      units: ["~ tester"],
    });
    expect(await environmentOf(box, "tester")).toMatch(/^TOKEN=second-secret$/m);
    expect(await box.sh("grep -rl second-secret ~ | sort")).toBe("/run/home/secrets.env\n");
  });

  it("of a runtime's command restarts only its agents, in one call", async () => {
    const runtimes = { ...editor.current().runtimes, claude: { command: "echo new; exec sleep 2000" } };
    expect(await editor.replace({ ...editor.current(), runtimes })).toEqual({
      ...nothing,
      planned: { planner: "restart: command-changed command", reviewer: "restart: command-changed command" },
      files: [`~ ${env("planner")}`, `~ ${env("reviewer")}`],
      verbs: ["reset-failed planner reviewer", "restart planner reviewer"],
      units: ["~ planner", "~ reviewer"],
    });
  });

  it("of comments, quotes and the order of keys changes nothing", async () => {
    const { runtimes, defaults, agents } = JSON.parse(JSON.stringify(editor.current())) as FleetFile;
    const shuffled = reversed({ version: 1, runtimes, defaults, agents });
    const text = stringify(shuffled, {
      defaultStringType: "QUOTE_DOUBLE",
      defaultKeyType: "PLAIN",
      lineWidth: 0,
    });
    await declare(box, `# The same fleet.\n${text.replaceAll("\n", " # as before\n\n")}`);
    const before = await machineState(box);
    expect(says(await plan(box))).toEqual({});
    expect(verbsIn(await apply(box))).toEqual([]);
    expect(await machineState(box)).toEqual(before);
  });

  async function property(agent: string, name: string): Promise<string> {
    const shown = await box.sh(
      `systemctl --user show --property=${name} --value mosaic-agent@${agent}.service`,
    );
    return shown.trim();
  }
});

/** Returns the same values with the keys of every map in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, reversed(each)]),
  );
}
