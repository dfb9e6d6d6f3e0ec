import { existsSync } from "node:fs";
import { afterAll, beforeAll } from "vitest";
import { accountOf } from "../rig/accounts.ts";
import { openSandbox, type Sandbox } from "../rig/sandbox.ts";
import { freePort } from "../rig/free-port.ts";
import { until } from "../rig/until.ts";

const program = "/usr/sbin/sshd";

/** The most hosts that share an account of this machine. */
const fewHosts = 8;

/** True if this machine has a server of ssh. */
export const hasSshd = existsSync(program);

/** Machines with a server of ssh each, and one that can log in to them. */
export interface SshHosts {
  /** The machine that sends commands to the others. */
  readonly desk: Sandbox;
  /** The others, by name. */
  readonly host: (name: string) => Sandbox;
  /** Returns the port of a host's server of ssh. */
  readonly portOf: (name: string) => number;
  /** Adds lines to the entry of a host in ~/.ssh/config of the desk. */
  readonly configure: (name: string, ...lines: readonly string[]) => Promise<void>;
  /** Ends the shared connections of the desk: the next command makes new ones. */
  readonly closeShared: () => Promise<string>;
  /** Ends the server of ssh of a host with its connections: then nobody listens on its port. */
  readonly stopServer: (name: string) => Promise<unknown>;
  readonly startServer: (name: string) => Promise<void>;
}

/**
 * Opens a machine for each name, and a desk, before the tests of the surrounding `describe`. With `hasProgram` the machines
 * have the program, as after a first command: a first command sends, unpacks and compiles it, in 200 ms for each.
 */
export function useSshHosts(
  names: readonly string[],
  { hasProgram = false }: { readonly hasProgram?: boolean } = {},
): SshHosts {
  let desk: Sandbox | undefined;
  const hosts = new Map<string, Sandbox>();
  const ports = new Map<string, number>();
  const extra = new Map<string, readonly string[]>();
  const opened = (box: Sandbox | undefined): Sandbox => {
    if (box === undefined) throw new Error("the machines are only open in tests and hooks");
    return box;
  };
  const writeConfig = (): Promise<void> =>
    opened(desk).write(
      "~/.ssh/config",
      names
        .flatMap((name) => [
          `Host ${name}`,
          ...(extra.get(name) ?? []).map((line) => `  ${line}`),
          "  HostName 127.0.0.1",
          // The default of OpenSSH takes 150 ms more of processor time for each connection.
          "  KexAlgorithms curve25519-sha256",
          `  Port ${ports.get(name) ?? 0}`,
          `  HostKeyAlias ${name}`,
        ])
        .join("\n") + "\n",
      0o600,
    );
  beforeAll(async () => {
    desk = await openSandbox();
    const key = await desk.sh(
      "mkdir -pm700 ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519 && cat ~/.ssh/id_ed25519.pub",
    );
    const known = await Promise.all(
      names.map(async (name, at) => {
        const box = await openSandbox(names.length > fewHosts ? { uid: accountOf(at) } : {});
        hosts.set(name, box);
        const port = await freePort();
        ports.set(name, port);
        if (hasProgram) await box.sh(bringsProgram);
        return `${name} ${await serve(box, port, key)}`;
      }),
    );
    await desk.write("~/.ssh/known_hosts", known.join(""), 0o600);
    await writeConfig();
  });
  afterAll(async () => {
    await Promise.all([desk, ...hosts.values()].map(async (box) => box?.close()));
  });
  return {
    get desk() {
      return opened(desk);
    },
    host: (name) => opened(hosts.get(name)),
    portOf: (name) => ports.get(name) ?? 0,
    configure(name, ...lines) {
      extra.set(name, lines);
      return writeConfig();
    },
    stopServer: (name) => opened(hosts.get(name)).sh("systemctl --user stop sshd"),
    startServer: (name) => listen(opened(hosts.get(name))),
    closeShared: () =>
      opened(desk).sh(
        "for path in $XDG_RUNTIME_DIR/mosaic-fleet/ssh/*; do ssh -O exit -oControlPath=$path all 2>&- || :; done",
      ),
  };
}

/** The script that runs the command of a login. A server without root's rights has no terminals, so tmux gets one here. */
const login = `#!/bin/sh
case $SSH_ORIGINAL_COMMAND in
*attach-session*) TERM=screen exec script -qefc "stty rows 30 cols 100; $SSH_ORIGINAL_COMMAND" /dev/null ;;
*) exec bash -c "$SSH_ORIGINAL_COMMAND" ;;
esac
`;

/** Does what a first command does on a host, with the compiled code that the build has made. */
const bringsProgram = `cd /run/fleet/tool/dist
folder=~/.cache/mosaic-fleet/tool/$(sed 's/.*"hash":"\\([0-9a-f]*\\)".*/\\1/' remote.json)
umask 077
mkdir -p $folder
tar -xzf remote.tgz -C $folder
for each in compiled-*; do [ ! -d $each ] || cp -r $each $folder; done
cat $folder/*.js | wc -c >$folder/.whole`;

/** Starts a server for the user of a machine, and returns its public key. */
async function serve(box: Sandbox, port: number, key: string): Promise<string> {
  await box.write("~/.ssh/authorized_keys", key, 0o600);
  await box.write("~/sshd/login", login, 0o755);
  await box.write(
    "~/sshd/config",
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${box.home}/sshd/key`,
      "PidFile none",
      "UsePAM no",
      "StrictModes no",
      "MaxStartups 100",
      "PermitTTY no",
      `ForceCommand ${box.home}/sshd/login`,
      `SetEnv PATH=/run/fleet/bin:/usr/local/bin:/usr/bin:/bin XDG_RUNTIME_DIR=/run/user/${box.uid}`,
    ].join("\n") + "\n",
  );
  const publicKey = await box.sh(
    "ssh-keygen -q -t ed25519 -N '' -f ~/sshd/key && cut -d' ' -f1,2 ~/sshd/key.pub",
  );
  await listen(box);
  return publicKey;
}

async function listen(box: Sandbox): Promise<void> {
  await box.sh(
    `: >~/sshd/log; systemd-run --user --quiet --collect --unit=sshd ${program} -D -f ~/sshd/config -E ~/sshd/log`,
  );
  await until("the server of ssh listens", async () => {
    const log = await box.read("~/sshd/log");
    if (!log.includes("Server listening on")) throw new Error(log);
    return true;
  });
}
