import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { openLane, type Lane, type Trial } from "../support/fleet/fault-lane.ts";

/** A command run by fleet, and its moment in an apply: a part of its command line, and the number of the match. */
interface Moment {
  readonly what: string;
  readonly match: string;
  readonly nth?: number;
  /** `reads`: nothing is known then, so nothing may be done. `acts`: others go on. `shows`: nothing rests on it. */
  readonly does: "reads" | "acts" | "verifies" | "shows";
}

const moments: readonly Moment[] = [
  { what: "flock", match: "flock --wait", does: "reads" },
  { what: "systemctl list-units", match: "list-units --all", does: "reads" },
  { what: "systemctl show", match: "show --property=Id", does: "reads" },
  { what: "tmux list-panes", match: "list-panes -a", does: "reads" },
  { what: "systemctl stop", match: "stop --", does: "acts" },
  { what: "tmux kill-session", match: "if-shell -F -t", does: "acts" },
  { what: "systemctl reset-failed", match: "reset-failed --", does: "acts" },
  { what: "systemctl daemon-reload", match: "daemon-reload", does: "acts" },
  { what: "systemctl start", match: "start --", does: "acts" },
  { what: "systemctl restart", match: "restart --", does: "acts" },
  { what: "systemctl list-units, the second", match: "list-units --all", nth: 2, does: "verifies" },
  { what: "tmux list-panes, the second", match: "list-panes -a", nth: 2, does: "verifies" },
  { what: "tmux capture-pane", match: "capture-pane", does: "shows" },
  { what: "journalctl", match: "journalctl", does: "shows" },
];

/** The faults of a command. The last two do the requested work first. */
type Fault =
  "fails" | "hangs" | "is killed" | "prints garbage" | "does it and fails" | "does it and is killed";

const faults: Readonly<Record<Moment["does"], readonly Fault[]>> = {
  reads: ["fails", "hangs", "is killed", "prints garbage"],
  acts: ["fails", "hangs", "is killed", "does it and fails", "does it and is killed"],
  verifies: ["fails", "hangs", "prints garbage"],
  shows: ["hangs", "prints garbage"],
};

interface Case extends Moment {
  readonly fault: Fault;
}

const cases: readonly Case[] = moments.flatMap((moment) =>
  faults[moment.does].map((fault) => ({ ...moment, fault })),
);

/** Stands for every program. It makes the fault of a case at the case's moment, and is the real program otherwise. */
const shim = `#!/bin/sh
name=\${0##*/}
real=/usr/bin/$name
case " $name $* " in *" $MATCH"*) ;; *) exec "$real" "$@" ;; esac
echo x >>"$COUNT"
[ "$(wc -l <"$COUNT")" = "$NTH" ] || exec "$real" "$@"
case $FAULT in 'does it and '*) "$real" "$@" >/dev/null 2>&1 ;; esac
case $FAULT in
  *fails) echo 'Failed: no luck today' >&2; exit 1 ;;
  *hangs) sleep 1000; exit ;; # as a child: killing this one is not enough
  *'is killed') kill -9 $$ ;;
  'prints garbage') printf 'lorem \\001 {"ipsum": [\\n'; echo dolor >&2; exit ;;
esac
`;

interface Tried {
  readonly trial: Trial;
  /** The faults of the next apply. */
  readonly mended: readonly string[];
  readonly lane: Lane;
  readonly leaving: string;
  readonly arriving: string;
}

describe("an external command that does not do its work", () => {
  const box = useSandbox();
  const trials = new Map<Case, Tried>();

  beforeAll(async () => {
    for (const name of ["systemctl", "tmux", "journalctl", "flock"])
      await box.write(`/tmp/shim/${name}`, shim, 0o755);
    // The longest ones first.
    const queue = cases.toSorted(
      (a, b) => Number(b.fault.includes("hangs")) - Number(a.fault.includes("hangs")),
    );
    await Promise.all(
      ["lane-a", "lane-b", "lane-c"].map(async (name) => {
        const lane = await openLane(box, name);
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) await tryOne(next, lane);
      }),
    );
  }, 600_000);

  /**
   * Tries a case, and tries it again with more patience if a short timeout hit another call first, as on a machine
   * under load.
   */
  async function tryOne(each: Case, lane: Lane, patience = 1): Promise<void> {
    await lane.turn();
    const { leaving, arriving } = lane;
    const factor = patience * (each.match.includes("start --") ? 0.05 : 0.1);
    const trial = await lane.apply({
      PATH: "/tmp/shim:/run/fleet/bin:/usr/bin:/bin",
      MATCH: each.match,
      FAULT: each.fault,
      NTH: String(each.nth ?? 1),
      COUNT: countOf(each),
      ...(each.fault === "hangs" ? { MOSAIC_FLEET_TIMEOUT_FACTOR: String(factor) } : {}),
    });
    const tried = { trial, lane, leaving, arriving, mended: await lane.mend() };
    trials.set(each, tried);
    const isSound = trial.wrongs.length === 0 && tried.mended.length === 0;
    if (isSound && patience < 5 && !(await isMet(each))) await tryOne(each, lane, patience * 3);
  }

  const countOf = (each: Case): string => `/tmp/count-${cases.indexOf(each)}`;

  /** Returns true if the run met the fault. */
  const isMet = async (each: Case): Promise<boolean> =>
    (await box.run(["test", "-s", countOf(each)])).code === 0;

  it.each(cases)(
    "holds up nobody else, is told of, and is mended by the next apply: $what $fault",
    async (each) => {
      const tried = trials.get(each);
      if (tried === undefined) throw new Error("this was not tried");
      const { trial, lane, mended, leaving, arriving } = tried;
      expect(trial.wrongs).toEqual([]);
      expect(mended).toEqual([]);
      expect(await isMet(each)).toBe(true);

      const { said, code, codes } = trial;
      if (each.does === "shows" || (each.fault === "prints garbage" && each.match.startsWith("show "))) {
        // Its text is only for showing.
        expect({ code, failed: said?.failed, skipped: said?.skipped }).toEqual({
          code: 4,
          failed: [],
          skipped: [],
        });
        return;
      }
      if (each.does === "reads") {
        expect({ code, said }).toEqual({ code: 1, said: undefined });
        expect(codes).toHaveLength(1);
        return;
      }
      if (each.does === "verifies") {
        expect({ code, verified: said?.verified, failed: said?.failed }).toEqual({
          code: 1,
          verified: false,
          failed: [],
        });
        return;
      }
      const did = (kind: string, agent: string): boolean | undefined =>
        said?.done.includes(`${kind}:${lane.unit(agent)}`);
      const { match, fault } = each;
      if (fault.startsWith("does it") && !/reset|reload/.test(match)) {
        // The machine shows that it was done, whatever systemctl or tmux said, except for units that have ended by
        // themselves since.
        const unsure = match === "start --" ? [lane.unit(arriving === "added" ? "over" : "ended")] : [];
        // It ends within a tenth of a second, before or after the look at the machine.
        const failed = said?.failed ?? [];
        expect([[], unsure.map((unit) => `start:${unit}`)]).toContainEqual(failed);
        expect({ unknown: said?.unknown, skipped: said?.skipped }).toEqual({ unknown: failed, skipped: [] });
        expect(code).toBe(failed.length > 0 ? 1 : 4);
        return;
      }
      expect({ code, failed: said?.failed.length }).not.toEqual({ code: 1, failed: 0 });
      expect(codes).toContain(fault.includes("hangs") ? "command-timeout" : "command-failed");
      // It holds up only the agents whose call it was, or whose units it would have read again.
      if (match !== "start --" && match !== "daemon-reload") expect(did("start", arriving)).toBe(true);
      if (match !== "restart --" && match !== "reset-failed --") expect(did("restart", "changed")).toBe(true);
      if (match !== "stop --") expect(did("stop", leaving)).toBe(true);
    },
  );
});
