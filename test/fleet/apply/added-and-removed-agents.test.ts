import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { openEditor, type Editor } from "../../support/fleet/editor.ts";
import { nothing } from "../../support/fleet/effect.ts";
import { environmentOf } from "../../support/fleet/environment-of.ts";
import { pathOf, waits } from "../../support/fleet/fleet.ts";

const { env, dropIn, dropIns, link } = pathOf;

describe("an edit of the set of agents", () => {
  const box = useSandbox();
  let editor: Editor;
  beforeAll(async () => {
    editor = await openEditor(box, {
      defaults: { onChange: "restart" },
      agents: {
        planner: { command: waits },
        tester: { command: waits },
        coder: { command: waits, replicas: 2 },
        reviewer: { command: waits, dependsOn: ["coder"] },
      },
    });
  });

  it("starts only the added agent", async () => {
    expect(await editor.edit({ canary: { command: waits, description: "New" } })).toEqual({
      ...nothing,
      planned: { canary: "add: new" },
      files: [`+ ${env("canary")}`, `+ ${link("canary")}`, `+ ${dropIns("canary")}`, `+ ${dropIn("canary")}`],
      verbs: ["daemon-reload", "start canary"],
      units: ["+ canary"],
      panes: ["+ canary"],
    });
  });

  it("stops the old agent and starts the new one after a renaming, with one reload", async () => {
    expect(await editor.edit({ canary: undefined, sentry: { command: waits } })).toEqual({
      ...nothing,
      planned: { canary: "remove: no-longer-declared", sentry: "add: new" },
      files: [
        `- ${env("canary")}`,
        `+ ${env("sentry")}`,
        `- ${link("canary")}`,
        `+ ${link("sentry")}`,
        `- ${dropIns("canary")}`,
        `- ${dropIn("canary")}`,
      ],
      verbs: ["stop canary", "reset-failed canary", "daemon-reload", "start sentry"],
      units: ["- canary", "+ sentry"],
      panes: ["- canary", "+ sentry"],
    });
  });

  it("stops the removed agent, deletes all its files, and leaves no trace of it", async () => {
    expect(await editor.edit({ sentry: undefined })).toEqual({
      ...nothing,
      planned: { sentry: "remove: no-longer-declared" },
      files: [`- ${env("sentry")}`, `- ${link("sentry")}`],
      verbs: ["stop sentry", "reset-failed sentry", "daemon-reload"],
      units: ["- sentry"],
      panes: ["- sentry"],
    });
    expect(await box.sh("systemctl --user list-units --all --plain --no-legend '*sentry*'")).toBe("");
    expect(await box.sh("find ~/.config $XDG_RUNTIME_DIR/mosaic-agent -name '*sentry*'")).toBe("");
  });

  it("from 2 replicas to 4 starts two more, and updates the agents that start after them", async () => {
    expect(await editor.edit({ coder: { replicas: 4 } })).toEqual({
      ...nothing,
      planned: {
        "coder-3": "add: new",
        "coder-4": "add: new",
        reviewer: "change: settings-changed After, Wants",
      },
      files: [
        `+ ${env("coder-3")}`,
        `+ ${env("coder-4")}`,
        `+ ${link("coder-3")}`,
        `+ ${link("coder-4")}`,
        `~ ${dropIn("reviewer")}`,
      ],
      verbs: ["daemon-reload", "start coder-3 coder-4"],
      units: ["+ coder-3", "+ coder-4"],
      panes: ["+ coder-3", "+ coder-4"],
    });
    expect(await environmentOf(box, "coder-4")).toMatch(/^MOSAIC_AGENT_REPLICA=4$/m);
  });

  it("from 4 replicas to 1 stops the last three in one call", async () => {
    const removed = ["coder-2", "coder-3", "coder-4"];
    expect(await editor.edit({ coder: { replicas: 1 } })).toEqual({
      ...nothing,
      planned: {
        ...Object.fromEntries(removed.map((name) => [name, "remove: no-longer-declared"])),
        reviewer: "change: settings-changed After, Wants",
      },
      files: [
        ...removed.map((name) => `- ${env(name)}`),
        ...removed.map((name) => `- ${link(name)}`),
        `~ ${dropIn("reviewer")}`,
      ],
      verbs: [`stop ${removed.join(" ")}`, `reset-failed ${removed.join(" ")}`, "daemon-reload"],
      units: removed.map((name) => `- ${name}`),
      panes: removed.map((name) => `- ${name}`),
    });
  });
});
