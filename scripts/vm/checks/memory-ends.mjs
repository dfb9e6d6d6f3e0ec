import { account } from "../disks.mjs";
import { apply, changedRuns, must, unitRuns, within } from "../fleet.mjs";

/** `takes` and `parent` take all memory when a file appears: the command itself, and a child of it. */
const fleet = `version: 1
defaults: { workdir: "~", onChange: restart }
agents:
  calm: { command: "while :; do date; sleep 5; done" }
  other: { command: "sleep 100000", resources: { memoryMax: 50M } }
  takes: { command: "until [ -e takes ]; do sleep 1; done; rm takes; exec tail /dev/zero", resources: { memoryMax: 60M } }
  parent: { command: "while :; do if [ -e parent ]; then rm parent; tail /dev/zero; echo survived with $?; fi; sleep 1; done", resources: { memoryMax: 60M } }
  once: { command: "until [ -e once ]; do sleep 1; done; rm once; exec tail /dev/zero", resources: { memoryMax: 60M }, restart: { policy: "no" } }
  open: { command: "until [ -e open ]; do sleep 1; done; rm open; exec tail /dev/zero" }
services:
  server: { command: "until [ -e server ]; do sleep 1; done; rm server; exec tail /dev/zero", resources: { memoryMax: 60M } }
`;

/**
 * Checks the end of a process because of no memory: only its agent ends, it starts again, and the commands tell why.
 *
 * @type {import("../checks.mjs").Check}
 */
export async function coversMemoryEnds(machine, expect) {
  await machine.root(`loginctl enable-linger ${account}`);
  await apply(machine, fleet);
  let before = await unitRuns(machine);
  /**
   * Lets an agent take all memory, and waits until a condition holds for the runs.
   *
   * @param {string} agent
   * @param {(now: Readonly<Record<string, import("../fleet.mjs").UnitRun>>) => boolean} holds
   */
  const exhaust = async (agent, holds) => {
    before = await unitRuns(machine);
    await must(machine, `touch ${agent}`);
    const after = await within(120, async () => {
      // A machine without memory may answer nobody for a while.
      const now = await unitRuns(machine).catch(() => undefined);
      return now !== undefined && holds(now) && now;
    });
    return { after, changed: after && changedRuns(before, after) };
  };
  const restarted =
    (/** @type {string} */ agent) =>
    (/** @type {Readonly<Record<string, import("../fleet.mjs").UnitRun>>} */ now) =>
      now[agent]?.active === "active" && now[agent].invocation !== before[agent]?.invocation;
  /**
   * Expects status, why, doctor and events to tell the end, with the limit in bytes; null for the memory of the machine.
   *
   * @param {string} agent
   * @param {number | null} limitBytes
   */
  const expectTold = async (agent, limitBytes) => {
    const { agents } = JSON.parse(await must(machine, `fleet status ${agent} --json`));
    const end = agents[0].memoryEnd;
    expect(
      `status has the end of ${agent} as data, with its limit`,
      end !== null && end.limitBytes === limitBytes,
      JSON.stringify(end),
    );
    for (const command of [`why ${agent}`, "doctor", `events ${agent} -n 4`]) {
      const text = await must(machine, `fleet ${command} || :`);
      expect(`${command} says that memory ran out`, /memory ran out/.test(text), text);
    }
  };
  const limit = 60 * 1024 * 1024;

  for (const agent of ["takes", "server"]) {
    const { changed } = await exhaust(agent, restarted(agent));
    expect(
      `${agent} reaches memoryMax, ends alone and starts again`,
      String(changed) === agent,
      `changed: ${String(changed)}`,
    );
    await expectTold(agent, limit);
  }

  await must(machine, "touch parent");
  const survived = await within(120, async () =>
    (await machine.ada("tmux -L mosaic-factory capture-pane -p -t =parent:")).stdout.includes(
      "survived with 137",
    ),
  );
  expect(
    "a child that reaches memoryMax ends alone, and its agent goes on",
    survived === true && !changedRuns(before, await unitRuns(machine)).includes("parent"),
  );

  const { changed } = await exhaust("once", (now) => now["once"]?.active === "failed");
  expect(
    "an agent with policy no ends alone, and stays failed",
    String(changed) === "once",
    `changed: ${String(changed)}`,
  );
  await expectTold("once", limit);
  const healed = await machine.ada("fleet apply --yes; fleet plan --detailed-exitcode");
  expect(
    "apply starts it again, and touches no other",
    String(changedRuns(before, await unitRuns(machine))) === "once" && healed.code === 0,
    healed.stdout,
  );

  const whole = await exhaust("open", restarted("open"));
  expect(
    "an agent without a limit takes the memory of the whole machine, ends alone and starts again",
    String(whole.changed) === "open",
    `changed: ${String(whole.changed)}`,
  );
  await expectTold("open", null);
}
