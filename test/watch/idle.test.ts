import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { isOlder } from "../../src/system/node-version.ts";
import { apply, declare, waits } from "../support/fleet/fleet.ts";
import { measured } from "../support/rig/measured.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { startWatch, type RunningWatch } from "../support/watch/watcher.ts";

/** The idle time, s. */
const idleS = 60;

/** The limit of its resident memory, MB. The heap of newer versions of V8 grows in larger steps. */
const mostMb = isOlder(process.versions.node, "24") ? 90 : 95;

describe("an idle watch of 100 agents", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  const agents = (turn: string): Parameters<typeof declare>[1] => ({
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents: Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [
        `agent-${index + 1}`,
        index === 0 ? { env: { TURN: turn } } : {},
      ]),
    ),
  });
  beforeAll(async () => {
    await declare(box, agents("0"));
    await apply(box);
    watch = await startWatch(box);
    // It has had some work, so it is as large as it gets.
    for (const turn of ["1", "2", "3", "4", "5"]) {
      const { length } = await watch.told();
      await declare(box, agents(turn));
      await watch.waitFor("the edit is applied", ({ event }) => event === "applied", length);
    }
    await watch.settled();
  });

  /**
   * Returns processor time of it and of its children so far, s; resident memory, MB; open files and inotify watches.
   */
  async function figures() {
    const [stat = "", resident = "", files = "", watches = "", ticks = ""] = (
      await box.sh(`
        cut -d' ' -f14-17 /proc/${watch.pid}/stat
        sed -n 's/^VmRSS:\\s*\\([0-9]*\\) kB/\\1/p' /proc/${watch.pid}/status
        ls /proc/${watch.pid}/fd | wc -l
        cat /proc/${watch.pid}/fdinfo/* 2>/dev/null | grep -c '^inotify wd:'
        getconf CLK_TCK`)
    ).split("\n");
    const time = stat.split(" ").reduce((sum, part) => sum + Number(part), 0) / Number(ticks);
    return { time, megabytes: Number(resident) / 1024, files: Number(files), watches: Number(watches) };
  }

  /** Returns the figures between two looks: a look has open files of its own. */
  const atRest = (): ReturnType<typeof figures> =>
    until("the watch runs no other program", async () => {
      const children = `cat /proc/${watch.pid}/task/*/children`;
      const found = (await box.sh(children)).trim() === "" && (await figures());
      return (await box.sh(children)).trim() === "" && found;
    });

  it(`takes under 1 % of a processor over ${idleS} s, under ${mostMb} MB, and does not grow`, async () => {
    const before = await atRest();
    const { length } = await watch.told();
    await pause(idleS * 1_000); // This waits for nothing: it measures that nothing happens.
    const after = await atRest();
    const percent = ((after.time - before.time) / idleS) * 100;
    measured("idle:", { percent, before, after });
    expect((await watch.told()).slice(length)).toEqual([]);
    expect(percent).toBeLessThan(1);
    expect(after.megabytes).toBeLessThan(mostMb);
    expect(after.megabytes).toBeLessThan(before.megabytes + 5);
    expect({ files: after.files, watches: after.watches }).toEqual({
      files: before.files,
      watches: before.watches,
    });
  });
});
