import { napping } from "../fleet/fleet.ts";
import type { Sandbox } from "../rig/sandbox.ts";

/**
 * A command that writes begin and end of each of its lives, and takes as long to end as ~/slow is there. It starts no
 * program for that, and hears no second signal, which would end the program or begin another end.
 */
export const life = napping(`log() { echo "$1 \${EPOCHREALTIME/[.,]/}000" >> ~/lives-$MOSAIC_AGENT_NAME; }
trap 'trap "" TERM HUP; while test -e ~/slow; do nap 0.05; done; log end; exit 0' TERM HUP
log begin; while :; do nap 0.05; done`);

interface Life {
  readonly agent: string;
  readonly from: bigint;
  /** Undefined for a life without an end. */
  readonly to: bigint | undefined;
}

/** Returns the names of agents whose lives on two machines overlap: none may. */
export async function overlapsOf(one: Sandbox, other: Sandbox): Promise<readonly string[]> {
  const [ones, others] = await Promise.all([livesOn(one), livesOn(other)]);
  return ones.flatMap((here) =>
    others
      .filter(
        ({ agent, from, to }) => here.agent === agent && isBefore(from, here.to) && isBefore(here.from, to),
      )
      .map(({ agent }) => agent),
  );
}

function isBefore(from: bigint, to: bigint | undefined): boolean {
  return to === undefined || from < to;
}

async function livesOn(box: Sandbox): Promise<readonly Life[]> {
  const log = await box.sh("grep -H . ~/lives-* 2>/dev/null || :");
  const open = new Map<string, bigint>();
  const done: Life[] = [];
  for (const [, agent = "", what, at = "0"] of log.matchAll(/lives-(\S+?):(\w+) (\d+)/g)) {
    if (what === "begin") open.set(agent, BigInt(at));
    else {
      done.push({ agent, from: open.get(agent) ?? 0n, to: BigInt(at) });
      open.delete(agent);
    }
  }
  return [...done, ...[...open].map(([agent, from]) => ({ agent, from, to: undefined }))];
}

/** Returns the agents with a unit in any state between start and end on a machine. */
export async function runningOn(box: Sandbox): Promise<readonly string[]> {
  const units = await box.sh(
    "systemctl --user list-units --plain --no-legend --state=active,activating,deactivating 'mosaic-agent@*'",
  );
  return [...units.matchAll(/^mosaic-agent@(\S+)\.service/gm)].map(([, name = ""]) => name).toSorted();
}
