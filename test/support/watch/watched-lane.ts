import { openLane } from "../faults/lane.ts";
import { linesOf, sessionState, unitState } from "../fleet/state.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";

/**
 * A fleet whose watch is a service. From turn to turn, one of its agents is changed, one is removed and one is added; two are
 * none of anybody's business. Each says when it is started.
 */
export interface WatchedLane {
  readonly name: string;
  /** The unit of the watch. */
  readonly unit: string;
  /** Has systemd run the watch, and waits until all is as declared. */
  install(): Promise<void>;
  /** Has each watch from now on be ready to be killed at a step, and be started again sooner; waits for the first. */
  hook(): Promise<void>;
  /** Gives it a watchdog of so long; its count of restarts begins again. */
  setWatchdog(time: string): Promise<void>;
  /** The steps of a watch while it applies an edit, as kill-hook.cjs names them; OLD and NEW stand for the turns. */
  momentsOfEdit(): Promise<readonly string[]>;
  /**
   * Runs a shell script that makes another process take over from the watch, $PID. Returns the wrongs after it: nothing
   * may have happened to any agent.
   */
  replaced(script: string): Promise<readonly string[]>;
  /** Does the same right after an edit, which must be applied once. */
  replacedByEdit(script: string): Promise<readonly string[]>;
  /**
   * Does the same with a watch killed at one of its steps. A slow watch divides its work in another way: then a step may
   * be missed.
   */
  killedAt(moment: string): Promise<readonly string[] | "missed">;
}

const waits = "exec sleep 1000";

/** The time for each condition, ms: several lanes work at once, and a watch waits ten seconds before it ends a session. */
const lineMs = 90_000;

/** Returns a lane that is not installed yet. */
export function openWatchedLane(box: Sandbox, name: string): WatchedLane {
  const lane = openLane(box, name);
  const unit = `${name}-fleet.service`;
  const dropIns = `~/.config/systemd/user/${unit}.d`;
  const log = `${box.home}/work/${name}.starts`;
  const orderFile = `${box.home}/work/${name}.order`;
  const says = (agent: string, turn: string): string => `echo ${agent} ${turn} >>${log}; ${waits}`;
  let turn = 0;

  const fleetOf = (now: number) => ({
    defaults: { onChange: "restart" },
    agents: {
      same: { command: says("same", "again") },
      calm: { command: says("calm", "again") },
      changed: { command: says("changed", "$TURN"), env: { TURN: String(now) } },
      [`turn-${now}`]: { command: says("turn", String(now)) },
    },
  });

  /** Looks for a file without a process of its own: a lane waits for ten seconds until the watch ends a session. */
  const isThere = (path: string): Promise<boolean> =>
    box.read(path).then(
      () => true,
      () => false,
    );
  /** Returns true while the agent of a turn runs: its stop removes this file. */
  const hasAgentOf = (some: number): Promise<boolean> =>
    isThere(`/run/user/${box.uid}/${name}-agent/turn-${some}/pid`);

  const mainPid = async (): Promise<number> =>
    Number(await box.sh(`systemctl --user show --property=MainPID --value ${unit}`));

  /** Returns all starts so far. */
  const starts = async (): Promise<readonly string[]> => linesOf(await box.read(log));

  /** Returns the state of the unedited agents, with a mark of any touch. */
  async function bystanders(): Promise<readonly string[]> {
    const units = ["same", "calm"].map((agent) => `${name}-agent@${agent}.service`);
    const panes = await sessionState(box, `${name}-factory`);
    return [
      ...(await unitState(box, ...units, `${name}-tmux-holder.service`)),
      ...panes.filter((pane) => / (?:same|calm) /.test(pane)),
    ];
  }

  /**
   * Waits until everything is as declared, and exactly the agents run that are to. A plan alone does not tell: it has
   * nothing to do for an agent that is being started.
   */
  async function inLine(): Promise<void> {
    await until(`the agent of the last turn has ended`, async () => !(await hasAgentOf(turn - 1)), lineMs);
    await until(`${name} is in line`, isInLine, lineMs);
  }

  async function isInLine(): Promise<boolean> {
    const wanted = ["calm", "changed", "same", `turn-${turn}`].join();
    // A look at the sessions costs a tenth of a plan, and a session that is to end keeps it waiting for ten seconds.
    const sessions = await sessionState(box, `${name}-factory`);
    const alive = sessions.map((pane) => pane.split(" ")).filter(([, , , , dead]) => dead === "0");
    const found = alive.map(([, session]) => session ?? "").toSorted();
    if (found.join() !== wanted) throw new Error(`it runs ${found.join()}, and not ${wanted}`);
    const { actions, agents } = await lane.plan("all");
    return actions.length === 0 && agents.every(({ action }) => action === "none");
  }

  /** Waits until the watch with this process has observed everything once, and done what was due. */
  const untilLooked = (pid: number): Promise<unknown> =>
    until(
      `it has looked at ${name}`,
      async () => /^No changes|actions? done/m.test(await box.sh(`journalctl -q -o cat _PID=${pid}`)),
      lineMs,
    );

  /** Makes another process take over, and checks the fleet, which `act` may edit. The order to a watch may be missed. */
  async function takenOver(
    isEdit: boolean,
    act: (pid: number) => Promise<unknown>,
    isMissed: () => Promise<boolean> = async () => false,
  ): Promise<readonly string[] | "missed"> {
    const pid = await mainPid();
    const [before, startsBefore] = [await bystanders(), await starts()];
    if (isEdit) await lane.declare("next", fleetOf(turn + 1));
    await act(pid);
    if (isEdit) turn += 1;
    const successor = await until(
      `another process watches ${name}`,
      async () => {
        if (await isThere(`/proc/${pid}/stat`)) return (await isMissed()) && "missed";
        const now = await mainPid();
        return now !== 0 && now !== pid && now;
      },
      lineMs,
    );
    if (successor === "missed") return "missed";
    const expected = isEdit ? [`changed ${turn}`, `turn ${turn}`] : [];
    await until(
      `${expected.join(" and ")} are started`,
      async () => {
        const lines = await starts();
        return expected.every((line) => lines.includes(line));
      },
      lineMs,
    );
    await inLine();
    await untilLooked(successor);
    const [after, startsAfter] = [await bystanders(), await starts()];
    const started = startsAfter.slice(startsBefore.length).toSorted();
    return [
      ...(after.join("\n") === before.join("\n")
        ? []
        : [`touched: ${before.join("; ")} → ${after.join("; ")}`]),
      ...(started.join() === expected.join()
        ? []
        : [`started: ${started.join(", ")}\n${await box.sh(`journalctl -q -n 60 --user-unit=${unit}`)}`]),
    ];
  }

  const edit = `mv ~/work/${name}-next.yaml ~/work/${name}-all.yaml`;
  const configure = async (text: string): Promise<void> => {
    await box.write(`${dropIns}/test.conf`, text);
    await box.sh(`systemctl --user daemon-reload && systemctl --user restart ${unit}`);
  };
  /** Edits the fleet file, with an order for kill-hook.cjs beginning with the edit. */
  const editWith = async (order: string): Promise<void> => {
    await box.write(`${orderFile}.next`, order);
    await box.sh(`mv ${orderFile}.next ${orderFile}; ${edit}`);
  };

  /** Returns true if the watch has done everything, and the order is still there. Takes the order back. */
  async function missesOrder(): Promise<boolean> {
    if ((await hasAgentOf(turn - 1)) || !(await isInLine().catch(() => false))) return false;
    // It records its work after it, and may be killed at that. Nothing tells that it is not.
    const isQuiet = await box.sh(`sleep 2; test ! -e ${orderFile} || echo waits`);
    if (isQuiet === "") return false;
    await box.sh(`rm -f ${orderFile}`);
    return true;
  }

  const watched: WatchedLane = {
    name,
    unit,
    async install() {
      await lane.declare("all", fleetOf(turn));
      await lane.succeed("all", ["watch", "--install"]);
      await inLine();
    },
    async hook() {
      await configure(
        `[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestartSec=100ms\n` +
          `Environment=NODE_OPTIONS=--require=/run/fleet/rig/kill-hook.cjs KILL_ORDER=${orderFile}\n`,
      );
      await untilLooked(await mainPid());
    },
    async setWatchdog(time) {
      await configure(`[Service]\nWatchdogSec=${time}\n`);
      await box.sh(`systemctl --user stop ${unit} && systemctl --user start ${unit}`);
    },
    async momentsOfEdit() {
      const told = `${box.home}/work/${name}.moments`;
      await lane.declare("next", fleetOf(++turn));
      await editWith(`log ${told}`);
      await until("it is applied", async () => (await starts()).includes(`turn ${turn}`));
      await inLine();
      await box.sh(`rm ${orderFile}`);
      return linesOf(await box.read(told)).map((step) =>
        step
          .replaceAll(`turn-${turn - 1}`, "OLD")
          .replaceAll(`turn-${turn}`, "NEW")
          .replaceAll(name, "LANE"),
      );
    },
    replaced: (script) => surely(takenOver(false, (pid) => box.sh(script, { env: { PID: String(pid) } }))),
    replacedByEdit: (script) =>
      surely(takenOver(true, (pid) => box.sh(`${edit}; ${script}`, { env: { PID: String(pid) } }))),
    async killedAt(moment) {
      const step = moment
        .replaceAll("OLD", `turn-${turn}`)
        .replaceAll("NEW", `turn-${turn + 1}`)
        .replaceAll("LANE", name);
      return takenOver(true, () => editWith(`at ${step}`), missesOrder);
    },
  };
  return watched;
}

/** Returns the wrongs after a kill that no order of a watch can miss. */
async function surely(taken: Promise<readonly string[] | "missed">): Promise<readonly string[]> {
  const found = await taken;
  if (found === "missed") throw new Error("nobody has ordered a step");
  return found;
}
