// npm run hosts: the promises about many machines that are too dear for the suite, each machine with a systemd of its own.
// Without options, commands on 20 machines with 50 agents each, over ssh. Prints the time of each command.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execScript } from "./exec-script.mjs";
import { readArguments } from "./read-arguments.mjs";
import { setup } from "./setup.mjs";

const usage = `usage: npm run hosts [-- OPTIONS]
  --hosts N    so many machines (20)
  --agents N   so many agents on each (50)
  --ansible    also times Ansible on the same machines, and runs the playbooks of docs/ansible.md
  --cuts N     instead, changes over connections that are cut at N random places, by frames and by bytes of ssh
  --faults     instead, commands while one of the machines refuses connections, has another key, or a stale shared connection
  --kills N    instead, moves with a kill each: of the command, of ssh, of its server, of the program, or of a host; and a
               host that sleeps. 150 are all of them; 40-80 are some, because each kill has the same number in each run
  --loss N     instead, changes in a network that loses N % of all packets; as root, with iptables
  --moves      instead, agents that move between machines, also while one of them is down, with a killed command, and
               between machines that pull from Git, with their enrollment
  --pull N     instead, N machines that fetch fleet.yaml from one repository, also while its server is down
  --outage M   with --pull, so many minutes without the server (2)`;

const {
  hosts = "20",
  agents = "50",
  ansible,
  cuts,
  faults,
  kills,
  loss,
  moves,
  outage,
  pull,
} = readArguments(usage, read);
Object.assign(process.env, {
  HOSTS_COUNT: hosts,
  HOSTS_AGENTS: agents,
  ...(ansible ? { HOSTS_ANSIBLE: "yes" } : {}),
  ...(cuts === undefined ? {} : { HOSTS_CUTS: cuts }),
  ...(faults ? { HOSTS_FAULTS: "yes" } : {}),
  ...(kills === undefined ? {} : { HOSTS_KILLS: kills.includes("-") ? kills : `1-${kills}` }),
  ...(loss === undefined ? {} : { HOSTS_LOSS: loss }),
  ...(pull === undefined ? {} : { HOSTS_PULL: pull }),
  ...(outage === undefined ? {} : { HOSTS_OUTAGE: outage }),
});
setup();
const network = networkLine();
if (network !== undefined) process.env["HOSTS_NETWORK"] = "own";
execScript(
  fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url)),
  ["run", ...files(), "--project=e2e", "--disableConsoleIntercept=true"],
  network === undefined ? [] : ["unshare", "--net", "sh", "-c", `${network} && exec "$@"`, "sh"],
);

/** Returns a line of sh that sets up a network of its own, in which packets can be lost; undefined without one. */
function networkLine() {
  if (loss !== undefined) {
    // Packets of 1,500 bytes, as they are between machines.
    const dropping = `-m statistic --mode random --probability ${Number(loss) / 100} -j DROP`;
    return `ip link set lo up mtu 1500 && ip link set lo gso_max_segs 1 && iptables -A INPUT -i lo -p tcp ${dropping}`;
  }
  const isDropping = files().some((file) => file.endsWith("/many.test.ts")) && process.getuid?.() === 0;
  const line = "ip link set lo up && iptables -L >/dev/null";
  return isDropping && spawnSync("unshare", ["--net", "sh", "-c", line]).status === 0 ? line : undefined;
}

/** Returns the tests to run. */
function files() {
  if (pull !== undefined) return ["test/fleet/hosts/pulls.test.ts"];
  if (faults) return ["one-of-many", "odd-machines"].map((name) => `test/fleet/hosts/faults/${name}.test.ts`);
  if (kills !== undefined) return ["test/fleet/hosts/kills.test.ts"];
  if (loss !== undefined) return ["test/fleet/hosts/loss.test.ts"];
  if (moves)
    return ["moves", "pulled-moves", "enroll-hosts"].map((name) => `test/fleet/hosts/${name}.test.ts`);
  if (cuts !== undefined) return ["test/fleet/hosts/cuts.test.ts", "test/fleet/hosts/lines.test.ts"];
  return ["test/fleet/hosts/many.test.ts", ...(ansible ? ["test/fleet/hosts/ansible.test.ts"] : [])];
}

function read() {
  const number = /** @type {const} */ ({ type: "string" });
  const flag = /** @type {const} */ ({ type: "boolean" });
  const { values } = parseArgs({
    options: {
      hosts: number,
      agents: number,
      cuts: number,
      kills: number,
      loss: number,
      pull: number,
      ansible: flag,
      faults: flag,
      moves: flag,
      outage: number,
    },
  });
  for (const [name, value] of Object.entries(values)) {
    const wanted = name === "kills" ? /^(?:[1-9]\d{0,2}-)?[1-9]\d{0,2}$/ : /^[1-9]\d{0,2}$/;
    if (typeof value === "string" && !wanted.test(value)) throw new Error(`--${name} wants a whole number`);
  }
  return values;
}
