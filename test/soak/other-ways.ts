import { hostname } from "node:os";
import { stringify } from "yaml";
import { differs, type Ground } from "./ground.ts";
import { wrongsOfOutput } from "./judge.ts";
import { fleetFile } from "./model.ts";
import { applyFully } from "./runs.ts";
import type { WatchEnd } from "./steps.ts";

const watchCodes = { KILL: [137], TERM: [0, 143] } as const;

/** Lets a watch follow fleet.yaml for a while. It interrupts nobody whom an apply may not interrupt. */
export async function watchFor(ground: Ground, end: WatchEnd): Promise<void> {
  const before = ground.last;
  ground.remember();
  const ran = await runWatch(ground, end, []);
  const after = await ground.settle();
  ground.figures.watches++;
  const asked = { verb: "apply", agents: [], now: false };
  ground.judge({ asked, before, after, said: undefined }, ran);
}

const source = "~/.config/mosaic/fleet/source.yaml";

/**
 * Commits fleet.yaml, signed or not, pushes it, and lets a watch follow the repository for a while. After that, an apply of
 * fleet.yaml brings everything in line. The watch may apply an earlier commit first, so the policies of now tell nothing
 * about its interruptions.
 */
export async function pullFor(ground: Ground, end: WatchEnd, isSigned: boolean): Promise<void> {
  const { box, transcript } = ground;
  const script = `set -e
    export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
    git() { command git -c gpg.format=ssh -c user.signingkey=$HOME/repo/key.pub "$@"; }
    if ! [ -e ~/repo ]; then
      git init -q -b main ~/repo; git init -q --bare -b main ~/repo/origin.git
      printf 'key*\\norigin.git\\n' >~/repo/.gitignore
      ssh-keygen -q -t ed25519 -N '' -f ~/repo/key
      echo "ada $(cat ~/repo/key.pub)" >~/.config/mosaic/fleet/allowed_signers
      echo "{ version: 1, git: $HOME/repo/origin.git, verify: { allowedSigners: ~/.config/mosaic/fleet/allowed_signers } }" >${source}
      chmod 600 ~/.config/mosaic/fleet/allowed_signers ${source}
    fi
    cd ~/repo; cp ~/work/fleet.yaml .; git add fleet.yaml .gitignore
    git commit -q --allow-empty -m 'Edit the fleet' ${isSigned ? "-S" : "--no-gpg-sign"}
    git push -q origin HEAD:main`;
  transcript.push(`# fleet.yaml is committed ${isSigned ? "with" : "without"} a signature, and pushed`);
  ground.remember();
  await box.sh(script);
  await runWatch(ground, end, ["--source", source.replace("~", box.home)]);
  await ground.settle();
  ground.figures.pulls++;
  const status = await ground.fleet(["source", "status", "--json"]);
  ground.check(wrongsOfOutput(status, [0, 1]), status);
  await applyFully(ground, [], []);
}

/** Applies through the list of hosts, of which this machine is one and another is down. */
export async function applyToHosts(ground: Ground): Promise<void> {
  const before = ground.last;
  ground.remember();
  const hosts = { here: { hostname: hostname(), ssh: "local" }, gone: { connect: ["false"] } };
  const { agents } = fleetFile(ground.declared);
  await ground.box.write(
    "~/work/hosts.yaml",
    stringify({ version: 1, hosts, defaults: { hosts: "here" }, agents }),
  );
  const ran = await ground.fleet(["-f", "hosts.yaml", "apply", "--host", "all", "--yes", "--json"]);
  const after = await ground.settle();
  ground.figures.pushes++;
  // The host that is down: 7. A refusal, or an agent that does not run, is also a result of the other one.
  ground.check(wrongsOfOutput(ran, [1, 7]), ran);
  const asked = { verb: "apply", agents: [], now: false };
  ground.judge({ asked, before, after, said: undefined }, ran);
}

/** Goes back to an earlier state of fleet.yaml. It writes all of it or nothing. */
export async function rollBack(ground: Ground, back: number): Promise<void> {
  const listed = await ground.fleet(["history", "--json"]);
  ground.check(wrongsOfOutput(listed, [0]), listed);
  const { runs, now } = JSON.parse(listed.stdout) as {
    readonly now: string | null;
    readonly runs: readonly { readonly id: string | null; readonly isKept: boolean; readonly file: string }[];
  };
  const ids = runs
    .filter(({ isKept, file }) => isKept && file === `${ground.box.home}/work/fleet.yaml`)
    .flatMap(({ id }) => (id === null || id === now ? [] : [id]));
  const id = [...new Set(ids)].at(-back);
  if (id === undefined) return ground.skip();
  const before = ground.last;
  ground.remember();
  const ran = await ground.fleet(["rollback", id, "--yes"]);
  const wasKnown = await ground.reread();
  ground.remember();
  const after = await ground.settle();
  ground.figures.rollbacks++;
  ground.check(wasKnown ? [] : ["fleet.yaml is a text that never was"], ran);
  ground.check(wrongsOfOutput(ran, [0, 1, 4, 6]), ran);
  if (ran.code === 1) return ground.check(differs("a refused rollback", before, after), ran);
  const asked = { verb: "apply", agents: [], now: false };
  ground.judge({ asked, before, after, said: undefined }, ran);
}

async function runWatch(
  ground: Ground,
  { signal, after }: WatchEnd,
  args: readonly string[],
): ReturnType<Ground["fleet"]> {
  const cut = { signal, afterMs: after * 1000, whole: false };
  const ran = await ground.fleet(["watch", "--json", ...args], cut);
  ground.check(wrongsOfOutput(ran, watchCodes[signal]), ran);
  return ran;
}
