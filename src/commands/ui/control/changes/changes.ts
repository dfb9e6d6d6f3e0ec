import { mkdirSync } from "node:fs";
import { otherPlan, tooManyChanges, unplanned } from "../../../../report/ui/change-problems.ts";
import type { PageLink, PageHandler } from "../../../../ui/page-link.ts";
import type { UiChange } from "../../../../ui/changes/ui-change.ts";
import { slots, type Slots } from "../../../hosts/slots.ts";
import { changeTargets, type ChangeTarget } from "../child/change-targets.ts";
import { planChange } from "./plan-change.ts";
import { forget, isOther, makeRoom, plannedOf, withOtherPlan, type ProposedChange } from "./proposals.ts";
import { runChange } from "./run-change.ts";
import type { ChangeWorld } from "./world.ts";

interface PageOfChanges {
  readonly proposals: Map<number, ProposedChange>;
  busy: number;
}

/** The changes of all pages. */
interface Changes {
  readonly world: ChangeWorld;
  readonly pages: Map<PageLink, PageOfChanges>;
  /** A command for each machine, on so many machines at a time. */
  readonly places: Slots;
  /** The number of files so far: each has a name of its own. */
  files: number;
}

/** The largest number of changes of one page that are planned or carried out at a time. */
const mostAtOnce = 3;
const mostMachines = 4;

/**
 * Returns the handler that carries out changes: none of it is loaded without --control. Each change is a plan
 * first, and runs only if somebody agrees to that plan. The commands of fleet do it, as programs of their own, with their
 * locks and guards: one for each machine. A flag that lifts a guard was typed by a person.
 */
export function createChanges(world: ChangeWorld): PageHandler {
  const changes: Changes = { world, pages: new Map(), places: slots(mostMachines), files: 0 };
  return {
    take(link, message) {
      if (message.t === "plan")
        void within(changes, link, message.id, () => makeProposal(changes, link, message.id, message.change));
      if (message.t === "agree")
        void within(changes, link, message.id, () => executeProposal(changes, link, message.id));
    },
    left(link) {
      for (const proposal of changes.pages.get(link)?.proposals.values() ?? []) forget(proposal);
      changes.pages.delete(link);
    },
  };
}

function pageOf({ pages }: Changes, link: PageLink): PageOfChanges {
  const page = pages.get(link) ?? { proposals: new Map<number, ProposedChange>(), busy: 0 };
  pages.set(link, page);
  return page;
}

function sendIfOpen({ pages }: Changes, link: PageLink, message: Parameters<PageLink["send"]>[0]): void {
  if (pages.has(link)) link.send(message);
}

/** Does some work for a page, unless too much is under way. */
async function within(
  changes: Changes,
  link: PageLink,
  id: number,
  work: () => Promise<void>,
): Promise<void> {
  const page = pageOf(changes, link);
  if (page.busy >= mostAtOnce)
    return sendIfOpen(changes, link, { t: "planned", id, planned: unplanned(tooManyChanges) });
  page.busy += 1;
  try {
    await work();
  } catch {
    sendIfOpen(changes, link, { t: "done", id, ends: [{ host: null, code: null }] });
  } finally {
    page.busy -= 1;
  }
}

/** Makes the plan of a change on each of its machines, and shows it to the page. */
async function makeProposal(changes: Changes, link: PageLink, id: number, change: UiChange): Promise<void> {
  const { places, world } = changes;
  const { proposals } = pageOf(changes, link);
  mkdirSync(world.folder, { recursive: true, mode: 0o700 });
  const parts = await Promise.all(
    machinesOf(change).map(async (target) => {
      const path = `${world.folder}/plan-${(changes.files += 1)}`;
      const planned = await places.use(() => planChange(world, change, target, path));
      return { target, path, planned };
    }),
  );
  const planned = plannedOf(parts);
  makeRoom(proposals, id);
  if (planned.canRun && changes.pages.has(link)) proposals.set(id, { change, parts });
  else forget({ parts });
  sendIfOpen(changes, link, { t: "planned", id, planned });
}

/** Carries out a plan that somebody agreed to, if it is still the plan. */
async function executeProposal(changes: Changes, link: PageLink, id: number): Promise<void> {
  const { proposals } = pageOf(changes, link);
  const proposal = proposals.get(id);
  if (proposal === undefined)
    return sendIfOpen(changes, link, { t: "planned", id, planned: unplanned(otherPlan) });
  proposals.delete(id);
  const now = await renewed(changes, proposal);
  if (isOther(now, proposal)) {
    const parts = now.parts.map((part, at) => withOtherPlan(part, proposal.parts[at]));
    const planned = plannedOf(parts);
    if (planned.canRun) proposals.set(id, { ...now, parts });
    return sendIfOpen(changes, link, { t: "planned", id, planned });
  }
  const { places, world } = changes;
  const ends = await Promise.all(
    now.parts
      .filter(({ planned }) => planned.planned.canRun)
      .map(async (part) => {
        const output = `${world.folder}/output-${(changes.files += 1)}`;
        const say = (text: string): void => sendIfOpen(changes, link, { t: "output", id, text });
        const code = await places.use(() => runChange(world, now.change, part, output, say));
        return { host: part.target.host, code };
      }),
  );
  forget(proposal);
  sendIfOpen(changes, link, { t: "done", id, ends });
}

/**
 * Returns a proposal with its plans made again. The saved plan of an apply is kept, because the apply itself compares it. A
 * machine on which nothing could run is left as it was.
 */
async function renewed({ places, world }: Changes, proposal: ProposedChange): Promise<ProposedChange> {
  const { change } = proposal;
  if (change.verb === "apply") return proposal;
  const parts = await Promise.all(
    proposal.parts.map(async (part) => {
      if (!part.planned.planned.canRun) return part;
      const planned = await places.use(() => planChange(world, change, part.target, part.path));
      return { ...part, planned };
    }),
  );
  return { change, parts };
}

/** Returns the machines of a change, each with its agents: none for all of them. */
function machinesOf({ agents, hosts = [] }: UiChange): readonly ChangeTarget[] {
  const some = changeTargets(agents);
  const whole = hosts.map((host): ChangeTarget => ({ host, agents: [] }));
  return some.length + whole.length === 0 ? [{ host: null, agents: [] }] : [...some, ...whole];
}
