import { account } from "../disks.mjs";
import { apply, changedRuns, must, unitRuns, within } from "../fleet.mjs";

/** A stand-in for a program with conversations: it writes the words of its conversation, and waits. */
const claude = `#!/bin/sh
for word; do case $word in --session-id | --resume) echo "$word" >>~/talks ;; esac; done
exec sleep 100000
`;

const fleet = `version: 1
defaults: { workdir: "~", onChange: restart }
runtimes:
  claude: { preset: claude }
agents:
  planner: { command: "sleep 100000" }
  coder: { command: "sleep 100000", replicas: 3, dependsOn: [planner] }
  stopped: { command: "sleep 100000", state: stopped }
  talks: { runtime: claude }
`;

/**
 * Checks boots with lingering on and off, and a new user manager.
 *
 * @type {import("../checks.mjs").Check}
 */
export async function coversReboots(machine, expect) {
  await machine.root(`loginctl enable-linger ${account}`);
  await machine.root(`cat >/usr/local/bin/claude <<'END'\n${claude}END\nchmod +x /usr/local/bin/claude`);
  await machine.ada("fleet destroy --yes; rm -f talks");
  await apply(machine, fleet);
  await must(machine, "fleet watch --install");
  const before = await unitRuns(machine);

  await machine.ada("systemctl --user daemon-reexec");
  expect(
    "daemon-reexec of the user manager touches nothing",
    changedRuns(before, await unitRuns(machine)).length === 0,
  );
  await machine.root(`systemctl restart user@$(id -u ${account})`);
  await back(machine, expect, "a restart of the user manager");

  await machine.reboot();
  const sessions = await machine.root(
    `loginctl list-sessions --no-legend | grep ${account} | grep -v manager; true`,
  );
  const panes = await within(120, async () => {
    const { stdout } = await machine.root(
      `runuser -u ${account} -- tmux -L mosaic-factory list-panes -a -F '#{session_name} #{pane_dead}' 2>&1`,
    );
    return stdout.trim().split("\n").length === 5 && !/ 1$/m.test(stdout) ? stdout : undefined;
  });
  expect(
    "all agents run after a boot, before anybody logs in",
    panes !== undefined && sessions.stdout.trim() === "",
    panes,
  );
  await back(machine, expect, "a boot");
  const events = await must(machine, "fleet events -n 12");
  expect("events tell the boot", /boot/.test(events), events);
  const talks = await must(machine, "cat talks");
  const [begun, ...continued] = talks.trim().split("\n");
  const isContinued = continued.length >= 2 && continued.every((word) => word === "--resume");
  expect("an agent with a conversation continues it", begun === "--session-id" && isContinued, talks);

  await must(machine, "kill -9 $(systemctl --user show -p MainPID --value mosaic-agent@planner)");
  const healed = await within(120, async () => (await unitRuns(machine))["planner"]?.active === "active");
  expect("a killed agent comes back after the boot", healed === true);
  await must(machine, "sed -i 's/replicas: 3/replicas: 4/' fleet.yaml");
  const grown = await within(120, async () => (await unitRuns(machine))["coder-4"]?.active === "active");
  expect("the watch follows fleet.yaml after the boot", grown === true);

  await machine.root(`loginctl disable-linger ${account}`);
  await machine.reboot();
  const none = await machine.root(`pgrep -u ${account} -a; true`);
  expect("without lingering no agent runs after a boot", none.stdout.trim() === "", none.stdout);
  const session = await machine.stayLoggedIn();
  await back(machine, expect, "the login after it");
  await session.close();
}

/**
 * Checks that all agents run again and that nothing is left to do.
 *
 * @param {import("../machine.mjs").Machine} machine
 * @param {import("../report.mjs").Expect} expect
 * @param {string} event
 */
async function back(machine, expect, event) {
  const names = ["planner", "coder-1", "coder-2", "coder-3", "talks"];
  const isBack = await within(180, async () => {
    const runs = await unitRuns(machine).catch(() => ({}));
    return (
      names.every((name) => runs[/** @type {keyof typeof runs} */ (name)]?.["active"] === "active") ||
      undefined
    );
  });
  const status = await machine.ada("fleet status");
  expect(
    `all agents run after ${event}, and the stopped one does not`,
    isBack === true && /stopped +stopped/.test(status.stdout),
    status.stdout + status.stderr,
  );
  const plan = await machine.ada("fleet plan --detailed-exitcode");
  expect(`nothing is left to do after ${event}`, plan.code === 0, plan.stdout + plan.stderr);
}
