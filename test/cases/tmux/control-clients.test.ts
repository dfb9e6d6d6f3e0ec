import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, prints, tmux } from "../../support/fleet/fleet.ts";
import type { Sandbox } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/**
 * tmux 3.2 and newer end, with every session, if a pane is used again before a client in control mode has read all of
 * its output (tmux/tmux#5499).
 */

const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";
const agents = ["a", "b", "c", "d", "e", "f"];
/** Agents with one line after the other: the first output of a run is shorter than the output that a client has missed. */
const slow = ["slow-1", "slow-2"];
/** Prints 400 kB at once, which is more than a pipe and the server's buffer for a client take, and then a line now and then. */
const talks = `seq -f %0199.0f 2000; ${prints("alive", 0.1)}`;

describe("The tmux server, next to clients in control mode", () => {
  const box = useSandbox();
  const server = async (): Promise<string> => (await tmux(box, "display-message", "-p", "#{pid}")).trim();
  async function restart(...names: readonly string[]): Promise<void> {
    const units = names.map((name) => `mosaic-agent@${name}`).join(" ");
    await box.sh(`systemctl --user reset-failed ${units}; systemctl --user restart ${units}`);
  }

  /** Waits until an agent has printed more than a screen, which a new run prints again. */
  async function untilMore(name: string): Promise<void> {
    const lines = async () =>
      Number(await tmux(box, "display-message", "-p", "-t", `=${name}:`, "#{history_size}"));
    const before = await lines();
    await until("more is printed", async () => (await lines()) > before + 100);
  }

  beforeAll(async () => {
    const talking = Object.fromEntries(agents.map((name) => [name, { command: talks }]));
    const chatting = Object.fromEntries(slow.map((name) => [name, { command: prints("alive", 0.01) }]));
    await declare(box, { agents: { ...talking, ...chatting, quiet: { command: "exec sleep 1000" } } });
    await apply(box);
  });

  it("survives restarts of agents whose output is read all the time", async () => {
    const before = await server();
    await Promise.all(agents.map((name) => attach(box, name, `>~/read-${name}`)));
    for (let again = 0; again < 8; again++) await restart(...agents);
    expect(await server()).toBe(before);
    const size = async () => Number(await box.sh("stat -c %s ~/read-a"));
    const then = await size();
    await until("the reader gets what the new run prints", async () => (await size()) > then + 100);
  });

  it("survives a restart next to a client that does not read", async () => {
    const before = await server();
    await attach(box, "a", "| sleep 1000");
    await restart("a"); // now more is printed than the client takes
    await until("the screen is full", async () =>
      (await tmux(box, "capture-pane", "-p", "-t", "=a:")).includes("alive"),
    );
    await restart("a");
    await restart("a");
    expect(await server()).toBe(before);
  });

  it("survives it next to a client that has gone to another session, and gets the new output when it returns", async () => {
    const before = await server();
    const client = await attach(box, "slow-1", ">~/moved");
    await tmux(box, "switch-client", "-c", client, "-t", "=quiet:");
    await untilMore("slow-1");
    await restart("slow-1");
    await restart("slow-1");
    expect(await server()).toBe(before);
    const lines = async () => Number(await box.sh("grep -c 'output.*alive' ~/moved || :"));
    const then = await lines();
    await tmux(box, "switch-client", "-c", client, "-t", "=slow-1:");
    await until("it gets output again", async () => (await lines()) > then + 3);
  });

  it("survives it next to a client that has gone two sessions further", async () => {
    const before = await server();
    const client = await attach(box, "slow-2", ">~/further");
    await until("it has got output", async () => (await box.read("~/further")).includes("alive"));
    for (const session of ["quiet", "a"])
      await tmux(box, "switch-client", "-c", client, "-t", `=${session}:`);
    await untilMore("slow-2");
    for (let again = 0; again < 3; again++) await restart("slow-2");
    expect(await server()).toBe(before);
  });

  it("restarts an agent although a client leaves just then", async () => {
    await attach(box, "quiet", ">/dev/null");
    const leave = "tmux -N -L mosaic-factory detach-client -s =quiet:; : >~/left";
    const gone = 'while [ -n "$(tmux -N -L mosaic-factory list-clients -t =quiet:)" ]; do sleep 0.1; done';
    await box.sh(
      `cp ${script} ~/script; sed -i 's|^reuse_pane() {|&\\n[ -e ~/left ] \\|\\| { ${leave}; ${gone}; }|' ${script}`,
    );
    await restart("quiet");
    await box.sh(`test -e ~/left; cp ~/script ${script}`);
    expect(await tmux(box, "display-message", "-p", "-t", "=quiet:", "#{pane_dead}")).toBe("0\n");
  });
});

/** Attaches a client in control mode to the session of an agent. Returns its name. */
async function attach(box: Sandbox, agent: string, output: string): Promise<string> {
  const names = async () =>
    (await tmux(box, "list-clients", "-t", `=${agent}:`, "-F", "#{client_name}")).split("\n").filter(Boolean);
  const before = await names();
  await box.sh(
    `(sleep 1000 | tmux -N -L mosaic-factory -C attach -t =${agent}: ${output}) >/dev/null 2>&1 </dev/null &`,
  );
  let client: string | undefined;
  await until("the client is attached", async () => {
    client = (await names()).find((name) => !before.includes(name));
    return client !== undefined;
  });
  return client ?? "";
}
