import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare, fleet, tmux, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { sessionState } from "../../support/fleet/state.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { changesIn, startWatch, type RunningWatch, type Told } from "../../support/watch/watcher.ts";

const secrets = "/run/home/b.env";

function fleetOf(names: readonly string[]): FleetFile {
  const agents = names.map((name) => [name, name === "b" ? { envFiles: [secrets] } : {}]);
  return {
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents: Object.fromEntries(agents) as FleetFile["agents"],
  };
}

const all = ["a", "b", "c", "d", "e", "f"];

describe("An unattended watch", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  beforeAll(async () => {
    await box.write(secrets, "T=0\n");
    await declare(box, fleetOf(all));
    watch = await startWatch(box, ["--resync", "1s"]);
    await watch.waitFor("all are started", ({ event }) => event === "applied");
    await watch.settled();
  });

  /** Returns its events during an act, by which no session may be touched, and until everything is in line again. */
  async function untouched(act: () => Promise<unknown>): Promise<readonly Told[]> {
    const before = await sessionState(box, "mosaic-factory");
    const { length } = await watch.told();
    await act();
    expect(await sessionState(box, "mosaic-factory")).toEqual(before);
    await declare(box, fleetOf(all));
    await watch.settled();
    expect(await sessionState(box, "mosaic-factory")).toEqual(before);
    return (await watch.told()).slice(length);
  }

  const looks = async (count: number): Promise<void> => {
    for (let look = 0; look < count; look++) {
      const { length } = await watch.told();
      await box.sh(
        "touch ~/.config/mosaic/fleet/agents/b.env; chmod 644 ~/.config/mosaic/fleet/agents/b.env",
      );
      await watch.waitFor("it has looked, and mended", ({ agent }) => agent === "b", length);
    }
  };

  it("removes no agent because of another project's file in place of its own, after any number of looks, and keeps fixing", async () => {
    const told = await untouched(async () => {
      await declare(box, fleetOf(all.map((name) => `${name}2`).concat("b")));
      await watch.waitFor("it refuses", ({ event }) => event === "refused");
      await looks(4);
    });
    expect(told.filter(({ event }) => event === "refused")).toHaveLength(1);
    expect(changesIn(told).filter((line) => !line.startsWith("b changed"))).toEqual([]);
  });

  it("waits for the end of a file that a person writes line by line", async () => {
    const text = stringify({ version: 1, ...fleetOf(all) });
    await box.write("~/whole.yaml", `# written slowly\n${text}`);
    const told = await untouched(() =>
      box.sh('while IFS= read -r line; do echo "$line"; sleep 0.1; done <~/whole.yaml >fleet.yaml', {
        cwd: "~/work",
      }),
    );
    expect(changesIn(told)).toEqual([]);
  });

  it("gives a person ten seconds to cancel the removal of an agent, and says so", async () => {
    const told = await untouched(async () => {
      await declare(box, fleetOf(all.slice(0, -1)));
      await watch.waitFor(
        "it waits",
        ({ event, agent, why }) => event === "held" && agent === "f" && why === "young",
      );
    });
    expect(changesIn(told)).toEqual([]);
  });

  it("removes it after that, but not while a person is attached", async () => {
    const terminal = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=f"]);
    await until("somebody is attached", async () => (await tmux(box, "list-clients", "-t", "=f:")) !== "");
    const { length } = await watch.told();
    await declare(box, fleetOf(all.slice(0, -1)));
    const held = await watch.waitFor("it waits for that person", ({ why }) => why === "attached", length);
    expect(held).toMatchObject({ agent: "f", action: "remove" });
    const detached = (await watch.told()).length;
    await tmux(box, "detach-client", "-s", "=f");
    await watch.waitFor(
      "f is removed",
      ({ agent, action }) => agent === "f" && action === "removed",
      detached,
    );
    await terminal.close();
    expect(await sessionState(box, "mosaic-factory")).toHaveLength(5);
    await declare(box, fleetOf(all));
    await watch.waitFor("f is back", ({ agent, action }) => agent === "f" && action === "added", detached);
    await watch.settled();
  });

  it("restarts an agent more and more rarely if its envFile keeps changing, and not for half of a save", async () => {
    const { length } = await watch.told();
    await box.sh(`: >${secrets}; sleep 0.5; echo T=1 >${secrets}`);
    await watch.waitFor("b is restarted", ({ agent }) => agent === "b", length);
    // Each change comes as soon as the one before has its restart. So the rule, and not a pause here, decides its time.
    const isChurn = ({ agent, why }: Told): boolean => agent === "b" && why === "churn";
    let churn: Told | undefined;
    for (let turn = 2; turn <= 5 && churn === undefined; turn++) {
      const { length: before } = await watch.told();
      await box.sh(`echo T=${turn} >${secrets}`);
      const isNext = (event: Told): boolean =>
        isChurn(event) || (event.agent === "b" && event.action === "restarted");
      const next = await watch.waitFor("b is restarted, or it waits", isNext, before);
      if (isChurn(next)) churn = next;
    }
    expect(churn?.action).toBe("restart");
    const restarts = changesIn((await watch.told()).slice(length));
    expect(new Set(restarts)).toEqual(new Set(["b restarted: env-files-changed envFiles"]));
    expect(restarts.length).toBeLessThanOrEqual(3);
    await watch.settled();
  });

  it("is protected from manual changes of the fleet by another file, which are refused", async () => {
    await box.write("~/other.yaml", stringify({ version: 1, ...fleetOf(["a", "c2"]) }));
    await untouched(async () => {
      for (const args of [
        ["apply", "--yes"],
        ["restart", "a", "--yes"],
        ["suspend", "a"],
      ]) {
        const ran = await fleet(box, ...args, "-f", `${box.home}/other.yaml`);
        expect({ args, code: ran.code }).toEqual({ args, code: 6 });
        expect(ran.stderr).toContain("fleet mosaic is watched, as /run/home/work/fleet.yaml says");
      }
    });
    await box.sh("ln -sf ~/work/fleet.yaml ~/same.yaml");
    expect((await fleet(box, "apply", "--yes", "-f", `${box.home}/same.yaml`)).code).toBe(0);
    expect((await fleet(box, "plan", "-f", `${box.home}/other.yaml`)).code).toBe(0);
  });

  it("hides secrets in the last lines of an agent", async () => {
    const { length } = await watch.told();
    const talks = {
      command: "echo key sk-ant-api03-ABCDEFGHIJKLMNOP TOKEN=hunter2; exit 3",
      restart: { policy: "no" },
    };
    const fleetFile = fleetOf(all);
    await declare(box, { ...fleetFile, agents: { ...fleetFile.agents, talks } });
    const { lines } = await watch.waitFor("it has failed", ({ event }) => event === "failed", length);
    expect(JSON.stringify(lines)).toContain("key (sensitive value) TOKEN=(sensitive value)");
    expect(JSON.stringify(await watch.told())).not.toMatch(/ABCDEFGHIJ|hunter2/);
    await watch.stop();
  });

  it("ends when its output is closed", async () => {
    await declare(box, fleetOf(all));
    await box.sh("fleet watch | head -1", { cwd: "~/work" });
    const watched = async (): Promise<boolean> => {
      const { stdout } = await fleet(box, "status", "--json");
      return (JSON.parse(stdout) as { watch: object | null }).watch === null;
    };
    await until("nobody watches", watched);
  });
});
