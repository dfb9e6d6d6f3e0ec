import { stringify } from "yaml";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import { useSshHosts, type SshHosts } from "./ssh-hosts.ts";

/** The parts of `--json` with hosts that tests look at. */
interface HostsRun {
  readonly hosts: Record<
    string,
    { state: string; code: number | null; result: unknown; diagnostics: readonly { summary: string }[] }
  >;
  readonly summary: object;
}

/** Two machines to which a desk pushes a fleet, and the words to do so. */
export interface PushedHosts {
  readonly machines: SshHosts;
  readonly both: readonly string[];
  /** The settings of an agent that does nothing. */
  readonly run: { readonly command: string };
  /** Returns a fleet.yaml with further agents and hosts. */
  readonly text: (more?: object, hosts?: object) => string;
  /** Runs fleet at the desk. */
  readonly fleet: (...args: readonly string[]) => Promise<Ran>;
  readonly json: (...args: readonly string[]) => Promise<HostsRun>;
  /** Returns the main processes of all agents of a machine. */
  readonly pids: (box: Sandbox) => Promise<string>;
  /** Returns the programs that a machine has got, with their times. */
  readonly tools: (box: Sandbox) => Promise<string>;
}

/** Opens the machines for the tests of a `describe`. */
export function usePushedHosts(): PushedHosts {
  const machines = useSshHosts(["build1", "build2"]);
  const run = { command: "exec sleep 1000" };
  const both = ["build1", "build2"];
  const text = (more: object = {}, hosts: object = {}): string =>
    stringify({
      version: 1,
      hosts: { build1: { labels: { gpu: "yes" } }, build2: {}, gone: { ssh: "nobody@127.0.0.1" }, ...hosts },
      defaults: { onChange: "restart" },
      agents: { coder: { ...run, hosts: both, replicas: 2 }, far: { ...run, hosts: "gone" }, ...more },
    });
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.fleet(args, { timeoutMs: 80_000 });
  const json = async (...args: readonly string[]): Promise<HostsRun> => {
    const ran = await fleet(...args, "--json");
    return JSON.parse(ran.stdout || `{"failed":${JSON.stringify(ran.stderr)}}`) as HostsRun;
  };
  const pids = (box: Sandbox): Promise<string> =>
    box.sh("systemctl --user show -p Id,MainPID 'mosaic-agent@*' | paste -d' ' - - - | sort");
  const tools = (box: Sandbox): Promise<string> =>
    box.sh("cd ~/.cache/mosaic-fleet/tool && stat -c '%n %Y' *");
  return { machines, both, run, text, fleet, json, pids, tools };
}
