import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/desired/layout.ts";
import { markWithSection } from "../../src/desired/marks/file-mark.ts";
import { renderWatchService, servicePlace } from "../../src/desired/files/watch-service.ts";
import type { Result } from "../../src/diagnostics/diagnostic.ts";
import type { ObservedFile } from "../../src/observed/types.ts";
import {
  planInstall,
  planUninstall,
  type ObservedService,
} from "../../src/plan/commands/plan-watch-service.ts";
import type { Plan } from "../../src/plan/types.ts";
import { account } from "../support/plan/resolved.ts";
import { inShort } from "../support/plan/scene.ts";

const layout = layoutOf("mosaic", "mosaic-factory", account);
const service = rendered("/usr/bin/fleet");
const { unit, file, link } = service;

function rendered(program: string) {
  return renderWatchService(layout, { program: ["/usr/bin/node", program], args: [], env: {} });
}

function fileOf(content: string, mode = 0o644): ObservedFile {
  return { kind: "file", content, mode, modifiedMs: 0 };
}

function inState(active: string, sub: string): ObservedService["unit"] {
  return { name: unit, load: "loaded", active, sub };
}

const nothing: ObservedService = { file: undefined, link: undefined, unit: undefined };
const installed: ObservedService = {
  file: fileOf(file.content),
  link: { kind: "link", target: link.target },
  unit: inState("active", "running"),
};

const write = "write-file systemd/user/mosaic-fleet.service (requested)";
const enable = "link systemd/user/default.target.wants/mosaic-fleet.service (requested)";
const disable = "unlink systemd/user/default.target.wants/mosaic-fleet.service (requested)";
const remove = "remove-file systemd/user/mosaic-fleet.service (requested)";
const reload = "daemon-reload (requested)";
const go = (verb: string): string => `${verb} mosaic-fleet.service (requested)`;

function install(seen: Partial<ObservedService>): readonly string[] {
  return lines(planInstall(layout, service, { ...installed, ...seen }));
}

function uninstall(seen: Partial<ObservedService>): readonly string[] {
  return lines(planUninstall(layout, servicePlace(layout, service.unit), { ...installed, ...seen }));
}

/** Returns the actions of a plan, or the reasons for its absence. */
function lines(plan: Result<Plan>): readonly string[] {
  return plan.ok ? inShort(plan.value) : plan.diagnostics.map(({ code, summary }) => `${code}: ${summary}`);
}

describe("fleet watch --install", () => {
  it("writes, enables and starts, in the order that systemd requires", () => {
    expect(install(nothing)).toEqual([enable, write, reload, go("start")]);
  });

  it("writes nothing if it is installed, and restarts a running one, which may be of another version", () => {
    expect(install({})).toEqual([go("restart")]);
  });

  it.each([
    ["is stopped", inState("inactive", "dead"), [go("start")]],
    ["is not loaded", undefined, [go("start")]],
    ["has failed", inState("failed", "failed"), [go("reset-failed"), go("start")]],
    ["waits for its restart", inState("activating", "auto-restart"), [go("restart")]],
    ["is on its way down", inState("deactivating", "stop-sigterm"), [go("restart")]],
  ])("starts one that %s", (_, seen, actions) => {
    expect(install({ unit: seen })).toEqual(actions);
  });

  it("replaces the text of an older version, and only that", () => {
    const older = fileOf(rendered("/old/fleet").file.content);
    expect(install({ file: older })).toEqual([write, reload, go("restart")]);
  });

  it("fixes the mode of the file, and a link that is gone or has another target", () => {
    expect(install({ file: fileOf(file.content, 0o600) })).toEqual([write, reload, go("restart")]);
    expect(install({ link: undefined })).toEqual([enable, reload, go("restart")]);
    expect(install({ link: { kind: "link", target: "/elsewhere" } })).toEqual([
      enable,
      reload,
      go("restart"),
    ]);
  });

  it("interrupts only the watch", () => {
    const plan = planInstall(layout, service, installed);
    expect(plan.ok && plan.value.actions.map(({ cost }) => cost)).toEqual(["none"]);
    expect(plan.ok && plan.value.agents).toEqual([]);
  });
});

describe("fleet watch --uninstall", () => {
  it("stops, disables and removes, in this order", () => {
    expect(uninstall({})).toEqual([go("stop"), disable, remove, reload]);
  });

  it("finds nothing to do if nothing is installed", () => {
    expect(uninstall(nothing)).toEqual([]);
  });

  it("clears a failed one", () => {
    const seen = { unit: inState("failed", "failed") };
    expect(uninstall(seen)).toEqual([go("reset-failed"), disable, remove, reload]);
  });

  it.each<[string, Partial<ObservedService>, readonly string[]]>([
    ["the file is gone", { file: undefined }, [go("stop"), disable, reload]],
    ["the link is gone", { link: undefined }, [go("stop"), remove, reload]],
    ["it is stopped already", { unit: undefined }, [disable, remove, reload]],
  ])("does the rest if %s", (_, seen, actions) => {
    expect(uninstall(seen)).toEqual(actions);
  });
});

describe("A foreign or edited file of the service", () => {
  const path = file.path;
  it.each<[string, Partial<ObservedService>, string]>([
    ["a unit without a mark", { file: fileOf("[Service]\nExecStart=/bin/true\n") }, `${path} is there`],
    [
      "another fleet's unit",
      { file: fileOf(markWithSection("[Service]\n", { fleet: "web" })) },
      `${path} is there`,
    ],
    ["a link in the place of the unit", { file: { kind: "link", target: "/x" } }, `${path} is there`],
    ["a unit that cannot be read", { file: { kind: "unreadable", message: "EACCES" } }, `${path} is there`],
    ["a folder", { file: { kind: "other" } }, `${path} is there`],
    [
      "a link to somebody else's unit of that name",
      { file: undefined, link: { kind: "link", target: "/usr/lib/systemd/user/mosaic-fleet.service" } },
      `${link.path} is there`,
    ],
    ["a file in the place of the link", { link: fileOf(file.content) }, `${link.path} is there`],
    [
      "a unit of that name that runs from elsewhere",
      { file: undefined, link: undefined },
      "mosaic-fleet.service runs already",
    ],
  ])("is left alone: %s", (_, seen, what) => {
    const refusal = [`blocked: ${what}, without the mark of fleet mosaic`];
    expect(install(seen)).toEqual(refusal);
    expect(uninstall(seen)).toEqual(refusal);
  });

  it("is left alone after an edit, which is reported at its file", () => {
    const edited = fileOf(file.content.replace("WatchdogSec=60s", "WatchdogSec=90s"));
    const refusal = [`blocked: ${path} was edited by hand`];
    expect(install({ file: edited })).toEqual(refusal);
    expect(uninstall({ file: edited })).toEqual(refusal);
    const plan = planInstall(layout, service, { ...installed, file: edited });
    expect(plan.ok ? [] : plan.diagnostics.map(({ hint }) => hint)).toEqual([
      expect.stringContaining("systemctl --user edit mosaic-fleet.service"),
    ]);
  });
});
