import { afterAll, beforeAll } from "vitest";
import { stringify } from "yaml";
import { declare } from "../fleet/fleet.ts";
import { machineState } from "../fleet/state.ts";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";
import { serveGitByDaemon, type GitDaemon } from "../source/git-servers.ts";
import { openSourceWorld, type SourceWorld } from "../source/source-world.ts";
import { useSshHosts, type SshHosts } from "./ssh-hosts.ts";
import { asksLogindWords } from "../programs/logind.ts";

/** The time for an enrollment on a busy machine, ms. */
export const enrollmentMs = 150_000;

/** Two machines that can follow a Git repository, and a desk that enrolls them. */
export interface EnrolledHosts {
  readonly names: readonly ["build1", "build2"];
  readonly machines: SshHosts;
  readonly withSigners: readonly string[];
  readonly world: SourceWorld;
  readonly daemon: GitDaemon;
  /** The line of the first signer. */
  readonly ada: string;
  /** Returns a fleet.yaml with a model. */
  readonly text: (model: string) => string;
  /** Commits the fleet with a model, and returns the revision. */
  readonly push: (model: string, key?: string) => string;
  /** Runs fleet at the desk. */
  readonly fleet: (...args: readonly string[]) => Promise<Ran>;
  readonly enroll: (list: string, ...args: readonly string[]) => Promise<Ran>;
  /** Writes the signers of the desk. */
  readonly allow: (...lines: readonly string[]) => Promise<void>;
  readonly pid: (box: Sandbox, unit: string) => Promise<string>;
  /** Returns everything on both machines that an enrollment could change. */
  readonly states: () => Promise<readonly (readonly string[])[]>;
  /** Waits until both machines have applied a revision. */
  readonly applied: (revision: string) => Promise<unknown>;
}

/** Opens the machines and the repository for the tests of a `describe`. */
export function useEnrolledHosts(): EnrolledHosts {
  const names = ["build1", "build2"] as const;
  const machines = useSshHosts(names, { hasProgram: true });
  let world: SourceWorld;
  let daemon: GitDaemon;

  const hosts = {
    build1: {},
    build2: {},
    gone: { ssh: "nobody@127.0.0.1" },
    bare: { connect: ["env", "HOME=/run/home/bare", "PATH=/run/fleet/bin:/run/home/few", "sh", "-c"] },
    // Its loginctl says that the account does not linger.
    fleeting: {
      connect: ["env", ...asksLogindWords, "PATH=/run/home/few:/run/fleet/bin:/usr/bin:/bin", "sh", "-c"],
    },
  };
  const text = (model: string): string =>
    stringify({
      version: 1,
      hosts,
      defaults: { onChange: "restart" },
      agents: { worker: { command: "exec sleep 100000", hosts: "all", env: { MODEL: model } } },
    });
  const push = (model: string, key = "ada"): string => {
    world.write("fleet.yaml", text(model));
    return world.push(`Model ${model}`, key);
  };
  const fleet = (...args: readonly string[]): Promise<Ran> =>
    machines.desk.fleet(args, { timeoutMs: 200_000 });
  const enroll = (list: string, ...args: readonly string[]): Promise<Ran> =>
    fleet("hosts", "enroll", list, "--source", daemon.addressOf("fleet.git"), ...args);
  const withSigners = ["--signers", "/run/home/signers", "--yes"];
  const allow = (...lines: readonly string[]): Promise<void> =>
    machines.desk.write("~/signers", lines.map((line) => `${line}\n`).join(""));
  const pid = (box: Sandbox, unit: string): Promise<string> =>
    box.sh(`systemctl --user show -p MainPID --value ${unit}`);
  const states = (): Promise<readonly (readonly string[])[]> =>
    Promise.all(
      names.map(async (name) =>
        // Each login writes a line into this log.
        (await machineState(machines.host(name))).filter((line) => !line.startsWith("sshd/log ")),
      ),
    );
  const applied = (revision: string): Promise<unknown> =>
    until(
      "both hosts have applied it",
      async () => {
        const anchors = await Promise.all(
          names.map((name) =>
            machines.host(name).sh("cat ~/.local/state/mosaic/fleet/source/anchor.json || :"),
          ),
        );
        return anchors.every((each) => each.includes(revision)) || undefined;
      },
      enrollmentMs,
    );
  let ada = "";

  beforeAll(async () => {
    world = openSourceWorld();
    ada = world.sh(`cat ${world.home}/.config/mosaic/fleet/allowed_signers`);
    push("a");
    daemon = await serveGitByDaemon(world.home);
    await declare(machines.desk, text("a"));
    await allow(ada);
  });
  afterAll(() => {
    daemon.stop();
    world.remove();
  });

  return {
    names,
    machines,
    withSigners,
    text,
    push,
    fleet,
    enroll,
    allow,
    pid,
    states,
    applied,
    get world() {
      return world;
    },
    get daemon() {
      return daemon;
    },
    get ada() {
      return ada;
    },
  };
}
