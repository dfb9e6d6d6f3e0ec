import { mkdirSync, rmSync } from "node:fs";
import type { Machine } from "../../../machine/machine.ts";
import { otherPlan, tooManyChanges } from "../../../report/ui/change-problems.ts";
import type { Exec } from "../../../system/exec.ts";
import type { PageLink, PagePart } from "../../../ui/page-link.ts";
import type { UiChange, UiPlanned } from "../../../ui/protocol.ts";
import { planChange, wordsFor } from "./change-words.ts";
import { runFleet } from "./fleet-child.ts";

/** The surroundings of changes. */
interface ControlWorld {
  readonly exec: Exec;
  readonly machine: Machine;
  /** The path of fleet.yaml. */
  readonly file: string;
  /** A folder for plans and outputs. */
  readonly folder: string;
}

/** A change that a page has seen the plan of. */
interface Proposal {
  readonly change: UiChange;
  readonly sameness: string;
  /** The path of its saved plan, for an apply. */
  readonly path: string;
}

/** The largest number of changes of one page that are planned or carried out at a time, and of plans that it keeps. */
const mostAtOnce = 3;
const mostProposals = 8;

/**
 * Returns the part of the server that carries out changes: none of it is loaded without --control. Each change is a plan
 * first, and runs only if somebody agrees to that plan. The commands of fleet do it, as programs of their own, with their
 * locks and guards. A flag that lifts a guard was typed by a person.
 */
export function createControl({ exec, machine, file, folder }: ControlWorld): PagePart {
  const pages = new Map<PageLink, { readonly proposals: Map<number, Proposal>; busy: number }>();
  let runs = 0;

  function pageOf(link: PageLink): { readonly proposals: Map<number, Proposal>; busy: number } {
    const page = pages.get(link) ?? { proposals: new Map<number, Proposal>(), busy: 0 };
    pages.set(link, page);
    return page;
  }

  async function plan(link: PageLink, id: number, change: UiChange): Promise<void> {
    const { proposals } = pageOf(link);
    const path = `${folder}/plan-${(runs += 1)}`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { planned, sameness } = await planChange(exec, file, change, path);
    for (const [old, { path: oldPath }] of proposals) {
      if (proposals.size < mostProposals && old !== id) continue;
      proposals.delete(old);
      rmSync(oldPath, { force: true });
    }
    if (planned.canRun && pages.has(link)) proposals.set(id, { change, sameness, path });
    else rmSync(path, { force: true });
    tell(link, { t: "planned", id, planned });
  }

  async function carryOut(link: PageLink, id: number): Promise<void> {
    const { proposals } = pageOf(link);
    const proposal = proposals.get(id);
    if (proposal === undefined) {
      const planned: UiPlanned = { plan: null, problems: [otherPlan], canRun: false };
      return tell(link, { t: "planned", id, planned });
    }
    const { change, path, sameness } = proposal;
    proposals.delete(id);
    if (change.verb !== "apply") {
      const now = await planChange(exec, file, change, path);
      if (now.sameness !== sameness) {
        if (now.planned.canRun) proposals.set(id, { change, path, sameness: now.sameness });
        const problems = [otherPlan, ...now.planned.problems];
        return tell(link, { t: "planned", id, planned: { ...now.planned, problems } });
      }
    }
    const code = await runFleet(
      machine,
      `${folder}/output-${(runs += 1)}`,
      wordsFor(change, file, path),
      (text) => tell(link, { t: "output", id, text }),
    );
    rmSync(path, { force: true });
    tell(link, { t: "done", id, code: code ?? null });
  }

  function tell(link: PageLink, message: Parameters<PageLink["send"]>[0]): void {
    if (pages.has(link)) link.send(message);
  }

  /** Does some work for a page, unless too much is under way. */
  async function within(link: PageLink, id: number, work: () => Promise<void>): Promise<void> {
    const page = pageOf(link);
    if (page.busy >= mostAtOnce) {
      return tell(link, {
        t: "planned",
        id,
        planned: { plan: null, problems: [tooManyChanges], canRun: false },
      });
    }
    page.busy += 1;
    try {
      await work();
    } catch {
      tell(link, { t: "done", id, code: null });
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
      for (const { path } of pages.get(link)?.proposals.values() ?? []) rmSync(path, { force: true });
      pages.delete(link);
    },
  };
}
