import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare, fleet } from "../support/fleet/fleet.ts";
import { killedAt, killedByOrder, killHook } from "../support/faults/kills.ts";
import { linesOf } from "../support/fleet/state.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { noting, startsOf, turn } from "../support/watch/noting.ts";
import { awaitRunning } from "../support/watch/service.ts";
import { type RunningWatch, appliesIn, changesIn, startWatch } from "../support/watch/watcher.ts";

/** Ends only when it is killed, after its stopTimeout. */
const stubborn = {
  command: `trap '' TERM HUP; echo "$TURN" >>~/starts-slow; sleep 1000`,
  stopTimeout: "1500ms",
};

/** The file that stops the watch at a moment. */
const order = "/tmp/order";

describe("With a watch next to them,", () => {
  const box = useSandbox({ visible: killHook });
  let watch: RunningWatch;
  let count = 0;
  beforeAll(async () => {
    await declare(box, turn(count));
    watch = await startWatch(box, [], { env: { ...killedByOrder(order), KILL_SIGNAL: "SIGSTOP" } });
    await awaitRunning(box, 3);
  });
  beforeEach(async () => void (await watch.settled()));

  /** Fails unless each changing agent was started once for each turn so far, and the other one once at all. */
  async function expectOneStartEach(): Promise<void> {
    const turns = Array.from({ length: count + 1 }, (_, number) => `${number}`);
    // Its unit has started a moment before the command notes anything.
    await until("both have noted the last start", async () => {
      const started = await Promise.all(["first", "second"].map((agent) => startsOf(box, agent)));
      return started.every(({ length }) => length >= turns.length);
    });
    expect(await startsOf(box, "first")).toEqual(turns);
    expect(await startsOf(box, "second")).toEqual(turns);
    expect(await startsOf(box, "same")).toEqual(["steady"]);
  }

  it("an apply by hand may execute an edit: then nothing is left for the watch", async () => {
    const { length } = await watch.told();
    const { applying, resume } = await stoppedApply(() => declare(box, turn(++count)));
    await resume();
    const ran = await applying;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(ran.stdout).toContain("2 restarted");
    await watch.waitFor("it has read the edit", ({ event }) => event === "edited", length);
    const told = (await watch.settled()).slice(length);
    expect([changesIn(told), appliesIn(told)]).toEqual([[], 0]);
    await expectOneStartEach();
  });

  it("ten edits, each with an apply at once, restart each agent once for each edit, by either of the two", async () => {
    for (let edit = 0; edit < 10; edit++) {
      await declare(box, turn(++count));
      const ran = await fleet(box, "apply", "--yes");
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      await expectOneStartEach();
    }
    await watch.settled();
    await expectOneStartEach();
  });

  it("changes applied by hand are not reverted while the file keeps being saved", async () => {
    const { length } = await watch.told();
    await declare(box, turn(++count));
    // For longer than the watch waits for a pause before it looks all the same.
    const saving = box.sh(
      'for i in $(seq 60); do echo "# $i" >>~/work/fleet.yaml; sleep 0.05; done; grep -v "^#" ~/work/fleet.yaml >~/plain; cp ~/plain ~/work/fleet.yaml',
    );
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    await saving;
    await watch.waitFor("it has read the edit", ({ event }) => event === "edited", length);
    await watch.settled();
    await expectOneStartEach();
    expect(appliesIn((await watch.told()).slice(length))).toBe(0);
  });

  it("a slow apply is waited for, and then the watch continues from there", async () => {
    // The watch may read the first edit before the second one, and then waits for the lock because of that.
    const { length } = await watch.told();
    const { applying, resume } = await stoppedApply(() => declare(box, turn(++count)));
    await declare(box, turn(++count));
    await watch.waitFor("it has read the edit", ({ event }) => event === "edited", length);
    await awaitLockWait(60);
    expect(changesIn((await watch.told()).slice(length))).toEqual([]);
    await resume();
    expect((await applying).code).toBe(0);
    await watch.waitFor("it has applied the edit", ({ event }) => event === "applied", length);
    await watch.settled();
    await expectOneStartEach();
  });

  it("another watch of the same fleet exits with 5, and names the first", async () => {
    const { length } = await watch.told();
    const ran = await fleet(box, "watch");
    expect(ran).toMatchObject({ code: 5, stdout: "" });
    const who = `\`fleet watch\` \\(pid ${watch.pid}, for \\d+ s\\)`;
    expect(ran.stderr).toMatch(new RegExp(`^Error: this fleet is watched already, by ${who}\n`));
    expect((await fleet(box, "watch", "--json")).code).toBe(5);
    const told = (await watch.settled()).slice(length);
    expect(told.filter(({ event }) => event !== "in-line")).toEqual([]);
  });

  it("a watch of another fleet follows its own file, and only that", async () => {
    const web = async (TURN: string): Promise<void> => {
      const agents = { only: noting("only", TURN) };
      const text = stringify({ version: 1, name: "web", defaults: { onChange: "restart" }, agents });
      await box.write("~/work/web.yaml", text);
    };
    await web("a");
    const other = await startWatch(box, ["-f", "web.yaml"]);
    await other.waitFor("it is there", ({ event }) => event === "applied");
    await other.settled();
    const [here, there] = [(await watch.told()).length, (await other.told()).length];
    await Promise.all([web("b"), declare(box, turn(++count))]);
    await other.waitFor("it follows its file", ({ event }) => event === "applied", there);
    await watch.waitFor("the first follows its own", ({ event }) => event === "applied", here);
    expect(changesIn((await other.settled()).slice(there))).toEqual(["only restarted: env-changed env.TURN"]);
    await watch.settled();
    await expectOneStartEach();
    expect(await startsOf(box, "only")).toEqual(["a", "b"]);
    await other.stop();
  });

  it("an apply waits for the current work of the watch, also without --lock-timeout, and reports that", async () => {
    const slow = (TURN: string) => {
      const { agents, defaults } = turn(count);
      return { defaults, agents: { ...agents, slow: { ...stubborn, env: { TURN } } } };
    };
    await declare(box, slow("a"));
    await awaitRunning(box, 4);
    await watch.settled();
    await box.write(order, "at before systemctl restart");
    await declare(box, slow("b"));
    await until("the watch has stopped in its work", async () => (await stopped()).includes(watch.pid));
    const applying = fleet(box, "apply", "--yes");
    await awaitLockWait(30);
    await watch.signal("CONT");
    const ran = await applying;
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toMatch(
      new RegExp(
        `^Waiting for the apply of \`fleet watch\` \\(pid ${watch.pid}, for \\d+ s\\) to end\\.$`,
        "m",
      ),
    );
    // On a busy machine, the watch does not wait for the end of the slow one. Then the apply joins its restart.
    await watch.settled();
    await until("the slow one has noted its start", async () => (await startsOf(box, "slow")).length >= 2);
    expect(await startsOf(box, "slow")).toEqual(["a", "b"]);
    await expectOneStartEach();
    await watch.stop();
  });

  /** Returns the stopped processes. */
  async function stopped(): Promise<readonly number[]> {
    const found = await box.sh("grep -lsE '^State:.T' /proc/[0-9]*/status | cut -d / -f 3");
    return linesOf(found).map(Number);
  }

  /** Waits until a run waits for the lock, for so many seconds. */
  async function awaitLockWait(seconds: number): Promise<void> {
    await until("it waits for the lock", async () => {
      const ran = await box.run(["pgrep", "-f", `^flock --wait ${seconds} `]);
      return ran.code === 0;
    });
  }

  /**
   * Starts an apply that has read the fleet.yaml of `edit`, has the lock, and does nothing until it is released. The
   * watch sees nothing of the edit before that.
   */
  async function stoppedApply(edit: () => Promise<void>) {
    const isFree = '! pgrep -x flock && flock --nonblock "$XDG_RUNTIME_DIR/mosaic-fleet/mosaic.lock" true';
    await until("the watch has stopped without the lock", async () => {
      await watch.signal("STOP");
      if ((await box.run(["sh", "-c", isFree])).code === 0) return true;
      await watch.signal("CONT");
      return false;
    });
    await edit();
    const env = { ...killedAt("after flock"), KILL_SIGNAL: "SIGSTOP" };
    const applying = box.run(["fleet", "apply", "--yes"], { env, timeoutMs: 60_000 });
    const pid = await until("the apply is stopped", async () =>
      (await stopped()).find((each) => each !== watch.pid),
    );
    await watch.signal("CONT");
    return { applying, resume: () => box.sh(`kill -CONT ${pid}`) };
  }
});
