import type { Sandbox } from "../support/rig/sandbox.ts";
import { openTerminal, type Terminal } from "../support/rig/terminal.ts";
import { declare } from "../support/fleet/fleet.ts";
import { driftScript, spoilsEnv } from "./drift.ts";
import type { Figures } from "./figures.ts";
import { differs, openGround, type Ground } from "./ground.ts";
import { wrongsOfOutput } from "./judge.ts";
import type { Look } from "./look.ts";
import { beginning, canary, edited, handEnv, secretFile, withHandy } from "./model.ts";
import { applyToHosts, pullFor, rollBack, watchFor } from "./other-ways.ts";
import { openPage, takeReading } from "./readings.ts";
import { applyCut, applyFully, applyAs, destroy, twoApplies, wishFor } from "./runs.ts";
import { makeGuests, makeNeighbours } from "./strangers.ts";
import { inWords, type Step } from "./steps.ts";

/** A person who does one thing after the other on a machine, and checks all promises each time. */
export interface Walk {
  /** Takes a step with this number in its walk; throws with everything that is wrong after it. */
  take(step: Step, number: number): Promise<void>;
  /** Ends the walk with an apply that must bring everything in line. */
  finish(): Promise<void>;
  readonly figures: Figures;
  /** The steps done so far, as shell with the steps in words. */
  readonly transcript: readonly string[];
}

/** No two configurations of a walk have the same number; those of the beginning are below. */
const firstGen = 100;

/** Makes the initial fleet of a walk, next to strangers of every kind. */
export async function openWalk(box: Sandbox): Promise<Walk> {
  const ground = openGround(box);
  const { figures, transcript } = ground;
  const terminals: Terminal[] = [];
  await makeNeighbours(box);
  await box.write(`~/${secretFile}`, `SECRET=${canary}\n`, 0o600);
  await ground.write(beginning);
  ground.remember();
  const begun = await ground.fleet(["apply", "--yes"]);
  ground.check(wrongsOfOutput(begun, [0]), begun);
  await makeGuests(box);
  await ground.settle();
  ground.guardNeighbours();
  return {
    figures,
    transcript,
    async take(step, number) {
      figures.steps++;
      transcript.push(`# ${number}. ${inWords(step)}`);
      await perform(step, firstGen + number, ground, terminals);
    },
    async finish() {
      transcript.push("# the end");
      await applyFully(ground, [], []);
    },
  };
}

async function perform(step: Step, gen: number, ground: Ground, terminals: Terminal[]): Promise<void> {
  switch (step.do) {
    case "edit": {
      const after = edited(ground.declared, step.agent, step.edit, gen);
      if (after === undefined) return ground.skip();
      await ground.write(after);
      return void (await ground.settle());
    }
    case "apply":
      return applyStep(step, ground);
    case "two-applies":
      return twoApplies(ground, step.waits);
    case "wish":
      return wishFor(ground, step.wish, step.agent);
    case "destroy":
      return destroy(ground, step.cut);
    case "adopt":
      return adopt(ground, gen);
    case "misspell":
      return misspell(ground);
    case "drift":
      return drift(step, ground);
    case "attach": {
      const terminal = await attach(step.agent, ground);
      return terminal === undefined ? ground.skip() : void terminals.push(terminal);
    }
    case "reading":
      return takeReading(ground, step.reading, step.agent);
    case "page":
      return openPage(ground, step.signal);
    case "watch":
      return watchFor(ground, step.end);
    case "pull":
      return pullFor(ground, step.end, step.isSigned);
    case "push":
      return applyToHosts(ground);
    case "rollback":
      return rollBack(ground, step.back);
    case "detach":
      await Promise.all(terminals.splice(0).map((terminal) => terminal.close()));
      return void (await ground.settle());
  }
}

async function applyStep(step: Extract<Step, { do: "apply" }>, ground: Ground): Promise<void> {
  // Only declared names may be given: others are a mistake.
  const names = step.agents.filter((name) => ground.declared[name] !== undefined);
  if (step.agents.length > 0 && names.length === 0) return ground.skip();
  const flags = step.now ? ["--now"] : [];
  if (step.cut !== undefined) return applyCut(ground, names, flags, step.cut);
  await applyFully(ground, names, flags);
  // The units may still be broken after an apply for some agents only.
  await makeGuests(ground.box).catch(() => undefined);
  await ground.settle();
}

async function drift(step: Extract<Step, { do: "drift" }>, ground: Ground): Promise<void> {
  const script = driftScript(step.drift, step.agent);
  ground.transcript.push(script);
  const ran = await ground.box.run(["bash", "-c", script]);
  if (ran.code !== 0) return ground.skip();
  ground.figures.drifts++;
  if (spoilsEnv(step.drift)) {
    ground.spoilt.add(step.agent);
    ground.remember(step.agent, "edited");
  }
  await ground.settle();
}

async function adopt(ground: Ground, gen: number): Promise<void> {
  const { box, declared, last, transcript } = ground;
  const env = ".config/mosaic/fleet/agents/handy.env";
  const isThere = last.units.has("handy") || last.sessions.has("handy") || last.files.has(env);
  if (isThere || declared["handy"] !== undefined) return ground.skip();
  const after = withHandy(declared, gen);
  await box.write(`~/${env}`, handEnv(after, "handy"));
  const started = await box.run(["systemctl", "--user", "start", "mosaic-agent@handy.service"]);
  transcript.push("# handy.env is written by hand", "systemctl --user start mosaic-agent@handy");
  await ground.write(after);
  await ground.settle();
  if (started.code !== 0) return; // some other step has broken the units
  const asked = { verb: "adopt", agents: ["handy"], now: false };
  const said = await applyAs(ground, asked, ["handy", "--yes"], [0, 6]);
  // If shared files or the tmux server are not as they should be, nobody is taken over.
  const action = said?.plan.agents[0]?.action;
  ground.check(action === "adopt" || action === "blocked" ? [] : [`handy is not adopted: ${action}`]);
  ground.figures.adopted += action === "adopt" ? 1 : 0;
}

async function misspell(ground: Ground): Promise<void> {
  const before = ground.last;
  await declare(ground.box, `version: 1\nagents:\n  ant: { comand: x, env: { API_TOKEN: "${canary}" } }\n`);
  const ran = await ground.fleet(["apply", "--yes"]);
  await ground.write(ground.declared);
  const after = await ground.settle();
  ground.check(wrongsOfOutput(ran, [65]), ran);
  ground.check(differs("a fleet.yaml with a mistake", withoutWork(before), withoutWork(after)), ran);
}

async function attach(agent: string, ground: Ground): Promise<Terminal | undefined> {
  const { box, last, transcript } = ground;
  if (last.panes.get(agent)?.dead !== false || !last.sessions.has(agent)) return undefined;
  const command = ["tmux", "-N", "-L", "mosaic-factory", "attach", "-t", `=${agent}`];
  transcript.push(`${command.join(" ")}  # on a terminal of its own`);
  const terminal = await openTerminal(box, command);
  await ground.settle();
  return terminal;
}

/** Returns a look without the folder of fleet.yaml. */
function withoutWork(one: Look): Look {
  return { ...one, lines: one.lines.filter((line) => !line.startsWith("file|work")) };
}
