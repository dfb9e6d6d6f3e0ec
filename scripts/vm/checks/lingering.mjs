import { setTimeout as sleep } from "node:timers/promises";
import { account } from "../disks.mjs";
import { apply, changedRuns, must, unitRuns, within } from "../fleet.mjs";

const fleet = `version: 1
defaults: { workdir: "~", onChange: restart }
agents:
  planner: { command: "sleep 100000" }
  coder: { command: "sleep 100000", replicas: 3, dependsOn: [planner] }
`;

/**
 * Checks logins and logouts, with lingering off and on.
 *
 * @type {import("../checks.mjs").Check}
 */
export async function coversLingering(machine, expect) {
  await machine.root(`loginctl disable-linger ${account}`);
  const session = await machine.stayLoggedIn();
  await machine.ada("fleet destroy --yes"); // only the first apply says it
  const applied = await apply(machine, fleet);
  expect("the first apply says that the fleet ends at logout", /Lingering is off/.test(applied), applied);
  const doctor = await machine.ada("fleet doctor");
  expect("doctor says it too", /lingering/.test(doctor.stdout), doctor.stdout);
  const status = await must(machine, "fleet status");
  expect("status says it too", /Lingering is off/.test(status), status);

  const before = await unitRuns(machine);
  await session.close();
  const isGone = await within(90, async () => {
    const { stdout } = await machine.root(`pgrep -u ${account} -l; true`);
    return stdout.trim() === "" ? true : undefined;
  });
  expect(
    "the logout ends the whole fleet, and leaves no process",
    isGone === true,
    (await machine.root(`pgrep -u ${account} -a; true`)).stdout,
  );
  const again = await machine.stayLoggedIn();
  const isBack = await within(120, async () => allRun(await unitRuns(machine)));
  expect("the next login brings all agents back", isBack === true, await must(machine, "fleet status"));
  const plan = await machine.ada("fleet plan --detailed-exitcode");
  expect("nothing is left to do after it", plan.code === 0, plan.stdout);
  expect(
    "all of them are new runs",
    changedRuns(before, await unitRuns(machine)).length === Object.keys(before).length,
  );

  const self = await machine.ada("loginctl enable-linger");
  expect(
    "loginctl enable-linger works for the account itself, or says why not",
    true,
    `exit ${self.code} ${self.stderr}`,
  );
  if (self.code !== 0) await machine.root(`loginctl enable-linger ${account}`);
  const silent = await machine.ada("fleet doctor; fleet status");
  expect("doctor and status are silent then", !/[Ll]ingering/.test(silent.stdout), silent.stdout);
  const running = await unitRuns(machine);
  await again.close();
  await sleep(40_000);
  const sessions = await machine.root(
    `loginctl list-sessions --no-legend | grep ${account} | grep -v manager; true`,
  );
  expect("nobody is logged in 40 s later", sessions.stdout.trim() === "", sessions.stdout);
  expect("the logout ends nothing", changedRuns(running, await unitRuns(machine)).length === 0);

  await machine.root(
    `mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillUserProcesses=yes\\n' >/etc/systemd/logind.conf.d/kill.conf; systemctl restart systemd-logind`,
  );
  const third = await machine.stayLoggedIn();
  await third.close();
  await sleep(15_000);
  expect(
    "the logout ends nothing with KillUserProcesses=yes",
    changedRuns(running, await unitRuns(machine)).length === 0,
  );
  await machine.root("rm /etc/systemd/logind.conf.d/kill.conf; systemctl restart systemd-logind");

  const su = await machine.root(
    `su ${account} -c 'cd && env -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS fleet status'`,
  );
  expect(
    "status works through su, or says what to do",
    su.code === 0 || /loginctl|ssh|systemd user manager/.test(su.stderr),
    `exit ${su.code}\n${su.stdout}${su.stderr}`,
  );
}

/**
 * Tells if the server and all four agents run.
 *
 * @param {Readonly<Record<string, import("../fleet.mjs").UnitRun>>} runs
 */
function allRun(runs) {
  return Object.keys(runs).length === 5 && Object.values(runs).every(({ active }) => active === "active")
    ? true
    : undefined;
}
