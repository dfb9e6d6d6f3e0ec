import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, plan, waits } from "../support/fleet/fleet.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { changesIn, startWatch, type RunningWatch } from "../support/watch/watcher.ts";

const team = (...agents: readonly string[]): string =>
  `agents:\n${agents.map((name) => `  ${name}: { command: "${waits}" }\n`).join("")}`;

describe("A watch of a fleet in several files", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  beforeAll(async () => {
    await box.write("~/work/teams/core.yaml", team("core"));
    await declare(box, `version: 1\ninclude: [teams/core.yaml]\nagents: { own: { command: "${waits}" } }\n`);
    watch = await startWatch(box);
    await watch.waitFor("all are started", ({ event }) => event === "applied");
    await watch.settled();
  });

  it("applies a change of an included file", async () => {
    const { length } = await watch.told();
    await box.write("~/work/teams/core.yaml", team("core", "second"));
    await watch.waitFor("second is started", ({ agent }) => agent === "second", length);
    expect(changesIn((await watch.settled()).slice(length))).toEqual(["second added: "]);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("changes nothing while an included file is wrong, names its line, and follows its correction", async () => {
    const { length } = await watch.told();
    await declare(
      box,
      `version: 1\ninclude: [teams/core.yaml, teams/web.yaml]\nagents: { own: { command: "${waits}" } }\n`,
    );
    const { diagnostics } = await watch.waitFor(
      "it misses a file",
      ({ event }) => event === "file-rejected",
      length,
    );
    expect(diagnostics).toMatchObject([
      { code: "include-not-found", place: { file: "fleet.yaml", line: 2 } },
    ]);
    await box.write("~/work/teams/web.yaml", "agents:\n  web: { comand: x }\n");
    const wrong = await watch.waitFor(
      "it rejects the new file",
      ({ event, diagnostics: found }) =>
        event === "file-rejected" && JSON.stringify(found).includes("unknown-key"),
      length,
    );
    expect(wrong["diagnostics"]).toMatchObject([{ place: { file: "teams/web.yaml", line: 2 } }]);
    await box.write("~/work/teams/web.yaml", team("web"));
    await watch.waitFor("web is started", ({ agent }) => agent === "web", length);
    expect(changesIn((await watch.settled()).slice(length))).toEqual(["web added: "]);
  });

  it("has its lines in every command", async () => {
    await box.write("~/work/teams/web.yaml", `${team("web")}  lost: { command: x, workdir: nowhere }\n`);
    const { stdout } = await fleet(box, "plan");
    expect(stdout).toContain("teams/web.yaml:3");
    expect(stdout).toContain("/run/home/work/teams/nowhere");
    await box.write("~/work/teams/web.yaml", team("web", "core"));
    const { code, stderr } = await fleet(box, "validate");
    expect(code).toBe(65);
    expect(stderr).toContain("teams/core.yaml:2 declares it already.");
    expect(stderr).toContain("teams/web.yaml:3:3");
  });

  it("is one fleet for saved plans, snapshots and renders", async () => {
    await watch.stop();
    await box.write("~/work/teams/web.yaml", team("web"));
    await box.write("~/work/teams/core.yaml", team("core", "second", "third"));
    expect((await fleet(box, "plan", "--out", "saved.json")).code).toBe(0);
    await box.write("~/work/teams/core.yaml", team("core", "second", "other"));
    const stale = await fleet(box, "apply", "saved.json");
    expect(stale).toMatchObject({ code: 3, stderr: expect.stringContaining("saved.json is stale") });
    await box.write("~/work/teams/core.yaml", team("core", "second", "third"));
    expect((await fleet(box, "apply", "saved.json")).stdout).toContain("Apply complete: 1 added");

    await box.sh("fleet snapshot > ~/snapshot.json", { cwd: "work" });
    const against = async (): Promise<string> =>
      (await fleet(box, "plan", "--against", `${box.home}/snapshot.json`)).stdout;
    expect(await against()).toContain("No changes");
    await box.write("~/work/teams/core.yaml", team("core", "second"));
    expect(await against()).toContain("agent third");
    await box.sh("fleet render --out ~/rendered", { cwd: "work" });
    const agents = await box.sh("ls ~/rendered/mosaic/fleet/agents");
    expect(agents.split("\n").filter(Boolean)).toEqual(["core.env", "own.env", "second.env", "web.env"]);
  });
});
