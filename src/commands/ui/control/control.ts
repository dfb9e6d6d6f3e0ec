import { mkdirSync, rmSync } from "node:fs";
import type { Machine } from "../../../machine/machine.ts";
import { otherPlan, tooManyChanges, unplanned } from "../../../report/ui/change-problems.ts";
import { uiProblem } from "../../../report/ui/fleet-rows.ts";
import { hostNotOnPage } from "../../../report/ui/host-problems.ts";
import type { Exec } from "../../../system/exec.ts";
import { lineSplitter } from "../../../transport/frames.ts";
import type { PageLink, PagePart } from "../../../ui/page-link.ts";
import type { UiChange, UiPlanned } from "../../../ui/protocol.ts";
import { slots } from "../../hosts/slots.ts";
import { planChange, wordsFor } from "./change-words.ts";
import { runFleet } from "./fleet-child.ts";
import type { PlannedChange } from "./read-plan.ts";
import { changeTargets, type ChangeTarget } from "./change-targets.ts";

/** The surroundings of changes. */
interface ControlWorld {
  readonly exec: Exec;
  readonly machine: Machine;
  /** The path of fleet.yaml. */
  readonly file: string;
  /** A folder for plans and outputs. */
  readonly folder: string;
  /** Returns the names of the other hosts on the page. */
  readonly hosts: () => readonly string[];
  /** Asks another host for its agents again at once. */
  readonly askAgain: (host: string) => void;
}

/** The part of a change on one machine, with the plan that a page has seen. */
interface ProposedPart {
  readonly target: ChangeTarget;
  readonly planned: PlannedChange;
  /** The path of its saved plan, for an apply. */
  readonly path: string;
}

/** A change that a page has seen the plan of. */
interface Proposal {
  readonly change: UiChange;
  readonly parts: readonly ProposedPart[];
}

interface PageOfChanges {
  readonly proposals: Map<number, Proposal>;
  busy: number;
}

/** The largest number of changes of one page that are planned or carried out at a time, and of plans that it keeps. */
const mostAtOnce = 3;
const mostProposals = 8;
/** The most machines at a time: a command for each. */
const mostMachines = 4;

/**
 * Returns the part of the server that carries out changes: none of it is loaded without --control. Each change is a plan
 * first, and runs only if somebody agrees to that plan. The commands of fleet do it, as programs of their own, with their
 * locks and guards: one for each machine. A flag that lifts a guard was typed by a person.
 */
export function createControl(world: ControlWorld): PagePart {
  const { exec, machine, file, folder, hosts, askAgain } = world;
  const pages = new Map<PageLink, PageOfChanges>();
  const places = slots(mostMachines);
  let runs = 0;

  function pageOf(link: PageLink): PageOfChanges {
    const page = pages.get(link) ?? { proposals: new Map<number, Proposal>(), busy: 0 };
    pages.set(link, page);
    return page;
  }

  async function planPart(change: UiChange, target: ChangeTarget, path: string): Promise<PlannedChange> {
    const { host } = target;
    if (host !== null && !hosts().includes(host)) {
      const problems = [uiProblem(hostNotOnPage(host))];
      return { planned: { host, plan: null, problems, canRun: false }, sameness: "" };
    }
    return places.use(() => planChange(exec, file, change, target, path));
  }

  async function plan(link: PageLink, id: number, change: UiChange): Promise<void> {
    const { proposals } = pageOf(link);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const parts = await Promise.all(
      machinesOf(change).map(async (target): Promise<ProposedPart> => {
        const path = `${folder}/plan-${(runs += 1)}`;
        return { target, path, planned: await planPart(change, target, path) };
      }),
    );
    for (const [old, proposal] of proposals) {
      if (proposals.size < mostProposals && old !== id) continue;
      proposals.delete(old);
      forget(proposal);
    }
    const planned = plannedOf(parts);
    if (planned.canRun && pages.has(link)) proposals.set(id, { change, parts });
    else forget({ parts });
    tell(link, { t: "planned", id, planned });
  }

  async function carryOut(link: PageLink, id: number): Promise<void> {
    const { proposals } = pageOf(link);
    const proposal = proposals.get(id);
    if (proposal === undefined) return tell(link, { t: "planned", id, planned: unplanned(otherPlan) });
    proposals.delete(id);
    const { change, parts } = proposal;
    const now = change.verb === "apply" ? parts : await Promise.all(parts.map(renewed(change)));
    if (now.some(({ planned }, at) => planned.sameness !== parts[at]?.planned.sameness)) {
      const planned = plannedOf(now.map((part, at) => told(part, parts[at])));
      if (planned.canRun) proposals.set(id, { change, parts: now });
      return tell(link, { t: "planned", id, planned });
    }
    const ends = await Promise.all(
      now
        .filter(({ planned }) => planned.planned.canRun)
        .map(async (part) => ({
          host: part.target.host,
          code: await run(change, part, (text) => tell(link, { t: "output", id, text })),
        })),
    );
    forget(proposal);
    tell(link, { t: "done", id, ends });
  }

  /** Returns a function that plans a part again. One that could not run is left as it was. */
  function renewed(change: UiChange): (part: ProposedPart) => Promise<ProposedPart> {
    return async (part) =>
      part.planned.planned.canRun
        ? { ...part, planned: await planPart(change, part.target, part.path) }
        : part;
  }

  /** Runs the change of one machine, and returns the exit code of the command; null if that is unknown. */
  async function run(
    change: UiChange,
    { path, target }: ProposedPart,
    say: (text: string) => void,
  ): Promise<number | null> {
    const { host } = target;
    const split = lineSplitter();
    // Several machines speak at the same time, so their lines stay whole.
    const sayLines = (text: string): void => {
      const lines = split(text);
      if (lines.length > 0) say(`${lines.join("\n")}\n`);
    };
    try {
      const output = `${folder}/output-${(runs += 1)}`;
      const words = wordsFor(change, target, file, path);
      const code = await places.use(() => runFleet(machine, output, words, sayLines));
      return code ?? null;
    } catch {
      return null;
    } finally {
      const [rest = ""] = split("\n");
      if (rest !== "") say(rest);
      if (host !== null) askAgain(host);
    }
  }

  function tell(link: PageLink, message: Parameters<PageLink["send"]>[0]): void {
    if (pages.has(link)) link.send(message);
  }

  /** Does some work for a page, unless too much is under way. */
  async function within(link: PageLink, id: number, work: () => Promise<void>): Promise<void> {
    const page = pageOf(link);
    if (page.busy >= mostAtOnce) {
      return tell(link, { t: "planned", id, planned: unplanned(tooManyChanges) });
    }
    page.busy += 1;
    try {
      await work();
    } catch {
      tell(link, { t: "done", id, ends: [{ host: null, code: null }] });
    } finally {
      page.busy -= 1;
    }
  }

  return {
    take(link, message) {
      if (message.t === "plan") void within(link, message.id, () => plan(link, message.id, message.change));
      if (message.t === "agree") void within(link, message.id, () => carryOut(link, message.id));
    },
    left(link) {
      for (const proposal of pages.get(link)?.proposals.values() ?? []) forget(proposal);
      pages.delete(link);
    },
  };
}

/** Returns the machines of a change, each with its agents: none for all of them. */
function machinesOf({ agents, hosts = [] }: UiChange): readonly ChangeTarget[] {
  const some = changeTargets(agents);
  const whole = hosts.map((host): ChangeTarget => ({ host, agents: [] }));
  return some.length + whole.length === 0 ? [{ host: null, agents: [] }] : [...some, ...whole];
}

function plannedOf(parts: readonly ProposedPart[]): UiPlanned {
  const all = parts.map(({ planned }) => planned.planned);
  return { parts: all, canRun: all.some(({ canRun }) => canRun) };
}

/** Returns a part with the problem that its plan is another one than before. */
function told(part: ProposedPart, before: ProposedPart | undefined): ProposedPart {
  const { planned, sameness } = part.planned;
  if (sameness === before?.planned.sameness) return part;
  const problems = [otherPlan, ...planned.problems];
  return { ...part, planned: { sameness, planned: { ...planned, problems } } };
}

function forget({ parts }: Pick<Proposal, "parts">): void {
  for (const { path } of parts) rmSync(path, { force: true });
}
