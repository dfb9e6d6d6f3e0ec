import { stringify } from "yaml";
import type { Ran, Sandbox } from "../support/rig/sandbox.ts";
import { declare, type PlannedFleet } from "../support/fleet/fleet.ts";
import { figures, type Figures } from "./figures.ts";
import { interrupted, wrongsOfEffect, wrongsOfOutput, type Episode } from "./judge.ts";
import { lookSettled, same, type Look } from "./look.ts";
import { fleetFile, type Declared } from "./model.ts";
import { strangersIn } from "./strangers.ts";
import type { Cut } from "./steps.ts";

/** A machine with the knowledge about it, and the ways to act on it under watch. */
export interface Ground {
  readonly box: Sandbox;
  readonly figures: Figures;
  /** The steps done so far, as shell. */
  readonly transcript: string[];
  /** Every value that GEN ever had in an env file, by agent. */
  readonly generations: ReadonlyMap<string, ReadonlySet<string>>;
  /** Agents whose env file was edited or lost since it was last known to be right. */
  readonly spoilt: Set<string>;
  /** The content of fleet.yaml. */
  readonly declared: Declared;
  /** The machine when it last came to rest. */
  readonly last: Look;
  /** Writes fleet.yaml. */
  write(content: Declared): Promise<void>;
  /** Reads fleet.yaml after a run that may have written an earlier text. Returns false if it is none of them. */
  reread(): Promise<boolean>;
  /** Notes an agent's GEN, or those of all declared agents, as values with which agents may run from now on. */
  remember(agent?: string, gen?: string): void;
  /** Runs `fleet`, and kills it as `cut` says. */
  fleet(args: readonly string[], cut?: Cut): Promise<Ran>;
  /**
   * Waits until the machine comes to rest, and fails if a neighbour was touched. After a step without an expected
   * change, one look will do if nothing has changed. After all others, systemd may not have noticed yet.
   */
  settle(expected?: "no change"): Promise<Look>;
  /** Plans, and fails if that changes anything. */
  plan(args: readonly string[]): Promise<PlannedFleet>;
  /** Fails with the wrongs and the output of the runs, if there are wrongs. */
  check(wrongs: readonly string[], ...rans: readonly Ran[]): void;
  /** Fails if a run has interrupted, started or touched something without permission. */
  judge(episode: Omit<Episode, "declared" | "spoilt">, ...rans: readonly Ran[]): void;
  /** From now on, the other fleet and the user's own things must stay as they are. */
  guardNeighbours(): void;
  /** Counts a step without anything to change. */
  skip(): void;
}

/** Returns the ground of a walk on a sandbox without declarations. Call `settle` before anything else. */
export function openGround(box: Sandbox): Ground {
  const count = figures();
  const transcript: string[] = [];
  const generations = new Map<string, Set<string>>();
  const spoilt = new Set<string>();
  const texts = new Map<string, Declared>();
  let declared: Declared = {};
  let neighbours: readonly string[] | undefined;
  let last: Look | undefined;

  const ground: Ground = {
    box,
    figures: count,
    transcript,
    generations,
    spoilt,
    get declared() {
      return declared;
    },
    get last() {
      if (last === undefined) throw new Error("nobody has looked yet");
      return last;
    },
    async write(content) {
      declared = content;
      const text = stringify({ version: 1, ...fleetFile(content) });
      texts.set(text, content);
      await declare(box, text);
    },
    async reread() {
      const found = texts.get(await box.read("~/work/fleet.yaml"));
      declared = found ?? declared;
      return found !== undefined;
    },
    remember(agent, gen) {
      const known = Object.entries(declared).map(([name, spec]) => [name, String(spec.gen)] as const);
      const more = agent === undefined || gen === undefined ? known : [[agent, gen] as const];
      for (const [name, value] of more)
        generations.set(name, (generations.get(name) ?? new Set<string>()).add(value));
    },
    async fleet(args, cut) {
      const command = [...cutter(cut), "fleet", ...args];
      const ran = await box.run(command, { timeoutMs: 90_000 });
      transcript.push(`${command.join(" ")}  # exit ${ran.code}`);
      count.runs++;
      return ran;
    },
    async settle(expected) {
      last = await lookSettled(box, expected && last);
      const now = strangersIn(last, "beside");
      const isTouched = neighbours !== undefined && neighbours.join("\n") !== now.join("\n");
      ground.check(isTouched ? ["a neighbour was touched", ...(neighbours ?? []), "now:", ...now] : []);
      return last;
    },
    async plan(args) {
      const before = ground.last;
      const ran = await ground.fleet(["plan", "--json", ...args]);
      const after = await ground.settle("no change");
      ground.check([...wrongsOfOutput(ran, [0]), ...differs("a plan", before, after)], ran);
      return JSON.parse(ran.stdout) as PlannedFleet;
    },
    check(wrongs, ...rans) {
      count.checks++;
      if (wrongs.length === 0) return;
      const said = rans.map(({ code, stdout, stderr }) => `exit ${code}\n${stdout}\n${stderr}`);
      throw new Error([...wrongs, ...said].join("\n"));
    },
    judge(episode, ...rans) {
      const whole = { ...episode, declared, spoilt };
      ground.check(wrongsOfEffect(whole), ...rans);
      count.interrupted += interrupted(whole).length;
    },
    guardNeighbours() {
      neighbours = strangersIn(ground.last, "beside");
    },
    skip() {
      transcript.push("# nothing to be done to");
      count.skipped++;
    },
  };
  return ground;
}

/** Runs a command and sends it a signal after a while; timeout(1) sends it to the whole group unless told otherwise. */
function cutter(cut: Cut | undefined): readonly string[] {
  if (cut === undefined) return [];
  const scope = cut.whole ? [] : ["--foreground"];
  return ["timeout", "--preserve-status", ...scope, "-s", cut.signal, String(cut.afterMs / 1000)];
}

/** Returns the differences between two looks, between which nothing may have changed. */
export function differs(who: string, before: Look, after: Look): readonly string[] {
  if (same(before, after)) return [];
  const gone = before.lines.filter((line) => !after.lines.includes(line)).map((line) => `- ${line}`);
  const come = after.lines.filter((line) => !before.lines.includes(line)).map((line) => `+ ${line}`);
  return [`${who} has changed something`, ...gone, ...come];
}
