import { setTimeout as sleep } from "node:timers/promises";
import { account } from "../disks.mjs";
import { apply, must, within } from "../fleet.mjs";

/** Agents that use more than they may have, and one that uses a known amount. */
const fleet = `version: 1
defaults: { workdir: "~", onChange: restart }
agents:
  holds: { command: "{ head -c 60000000 /dev/zero; sleep 100000; } | tail -c 60000000" }
  high: { command: "{ head -c 60000000 /dev/zero; sleep 100000; } | tail -c 60000000", resources: { memoryHigh: 30M } }
  spins: { command: "while :; do :; done", resources: { cpuQuota: 20% } }
  heavy: { command: "sleep 100000", resources: { cpuWeight: 300, memoryMax: 200M } }
  forks: { command: "(for n in $(seq 40); do sleep 100000 & done); exec sleep 100000", resources: { tasksMax: 20 } }
`;

const group = (/** @type {string} */ agent, /** @type {string} */ file) =>
  `cat /sys/fs/cgroup$(systemctl --user show -p ControlGroup --value mosaic-agent@${agent})/${file}`;

/**
 * Checks the limits of memory, processor time and tasks, and the figures in status and top.
 *
 * @type {import("../checks.mjs").Check}
 */
export async function coversLimits(machine, expect) {
  await machine.root(`loginctl enable-linger ${account}`);
  const mounted = await must(
    machine,
    "stat -f -c %T /sys/fs/cgroup; cat /sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service/cgroup.controllers",
  );
  expect("the machine has cgroup v2 alone", mounted.startsWith("cgroup2fs"), mounted);
  const bare = await machine.ada("fleet doctor");
  expect("doctor misses no controller that a limit needs", !/no effect/.test(bare.stdout), bare.stdout);
  await apply(machine, fleet);
  const plan = await machine.ada("fleet plan --detailed-exitcode");
  expect(
    "nothing is left to do, and the plan names no limit without effect",
    plan.code === 0 && !/no effect/.test(plan.stdout),
    plan.stdout,
  );

  expect("cpuWeight is in force", (await must(machine, group("heavy", "cpu.weight"))).trim() === "300");
  expect(
    "memoryMax is in force",
    (await must(machine, group("heavy", "memory.max"))).trim() === String(200 << 20),
  );
  expect("tasksMax is in force", (await must(machine, group("forks", "pids.max"))).trim() === "20");
  const tasks = Number(await must(machine, group("forks", "pids.current")));
  expect("an agent cannot exceed tasksMax", tasks > 0 && tasks <= 20, `${tasks} tasks`);

  const filled = await within(240, async () => {
    const sizes = await must(
      machine,
      `${group("holds", "memory.current")}; ${group("high", "memory.current")}`,
    );
    const [holds = 0, high = 0] = sizes.trim().split("\n").map(Number);
    return holds > 60_000_000 && high > 25_000_000;
  });
  expect("an agent takes 60 MB", filled === true);
  // In one script, because a login takes seconds.
  const share = await must(
    machine,
    `used() { ${group("spins", "cpu.stat")} | sed -n 's/^usage_usec //p'; }
    first=$(used); began=$(date +%s%N); sleep 20; echo $((($(used) - first) * 100000 / ($(date +%s%N) - began)))`,
  );
  const isWithin = Number(share) >= 10 && Number(share) <= 23;
  expect("an agent has no more processor time than cpuQuota: 20%", isWithin, `${share.trim()} %`);
  const high = Number(await must(machine, group("high", "memory.current")));
  expect("memoryHigh keeps an agent near it without ending it", high < 40 << 20, `${high} bytes`);

  const stdout = await must(machine, `fleet status -o wide; ${group("holds", "memory.current")}`);
  const current = Number(stdout.trim().split("\n").at(-1));
  const shown = memoryOf(stdout, "holds");
  const isNear = (/** @type {number | undefined} */ bytes) =>
    bytes !== undefined && Math.abs(bytes - current) < current * 0.1;
  expect("status shows the memory of the control group", isNear(shown), stdout);
  await must(machine, "tmux -L viewer new-session -d -x 140 -y 30 'fleet top'");
  await sleep(25_000);
  const top = await must(machine, "tmux -L viewer capture-pane -p -t :; tmux -L viewer kill-server");
  const onTop = memoryOf(top, "holds");
  const spins = Number(/spins.*?(\d+) ?%/.exec(top)?.[1]);
  expect("top shows the same memory", onTop !== undefined && Math.abs(onTop - current) < current * 0.15, top);
  expect("top shows the share of the processor", spins >= 10 && spins <= 24, `${spins} %`);

  const removed = await machine.ada("fleet destroy --yes");
  const left = await machine.ada("pgrep -fa '[6]0000000'; true");
  const isGone = removed.code === 0 && left.stdout.trim() === "";
  expect("destroy ends them all, also the one above its memoryHigh", isGone, removed.stdout + left.stdout);
}

/**
 * Returns the memory in the row of an agent, bytes.
 *
 * @param {string} table
 * @param {string} agent
 */
function memoryOf(table, agent) {
  const row = table.split("\n").find((line) => new RegExp(`\\b${agent}\\b`).test(line)) ?? "";
  const [, amount, unit = ""] = /([\d.]+) ?([KMG])i?B?\b/.exec(row) ?? [];
  return amount === undefined
    ? undefined
    : Number(amount) * { K: 1 << 10, M: 1 << 20, G: 1 << 30 }[/** @type {"K"} */ (unit)];
}
