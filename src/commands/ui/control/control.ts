import { mkdirSync, rmSync } from "node:fs";
import type { Machine } from "../../../machine/machine.ts";
import { allowances, allowancesOf } from "../../../plan/allowances.ts";
import { otherPlan, tooManyChanges } from "../../../report/ui/change-problems.ts";
import type { Exec } from "../../../system/exec.ts";
import type { PageLink, PagePart } from "../../../ui/page-link.ts";
import type { UiChange, UiPlanned } from "../../../ui/protocol.ts";
import { askFleet, runFleet } from "./fleet-child.ts";
import { readPlan, type PlannedChange } from "./read-plan.ts";

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
    const { planned, sameness } = await planOf(change, path);
    for (const [old, { path: oldPath }] of proposals) {
      if (proposals.size < mostProposals && old !== id) continue;
      proposals.delete(old);
      rmSync(oldPath, { force: true });
    }
    if (planned.canRun && pages.has(link)) proposals.set(id, { change, sameness, path });
    else rmSync(path, { force: true });
    tell(link, { t: "planned", id, planned });
  }

  async function planOf(change: UiChange, path: string): Promise<PlannedChange> {
    const { verb, agents, allow, now } = change;
    const end = ["--file", file, "--", ...agents];
    switch (verb) {
      case "apply":
        return readPlan(
          await askFleet(exec, [
            "plan",
            "--json",
            "--out",
            path,
            ...(now ? ["--now"] : []),
            ...allowedFor("apply", allow),
            ...end,
          ]),
        );
      case "restart":
      case "start":
      case "stop":
        // Without a consent, these print their plan and change nothing.
        return readPlan(await askFleet(exec, [verb, "--json", ...allowedFor(verb, allow), ...end]));
      case "suspend":
      case "resume":
        return { planned: { plan: null, problems: [], canRun: true }, sameness: "" };
    }
  }

  async function carryOut(link: PageLink, id: number): Promise<void> {
    const { proposals } = pageOf(link);
    const proposal = proposals.get(id);
    if (proposal === undefined) {
      const planned: UiPlanned = { plan: null, problems: [otherPlan], canRun: false };
      return tell(link, { t: "planned", id, planned });
    }
    const { change, path, sameness } = proposal;
    const { agents, verb } = change;
    proposals.delete(id);
    if (verb !== "apply") {
      const now = await planOf(change, path);
      if (now.sameness !== sameness) {
        if (now.planned.canRun) proposals.set(id, { change, path, sameness: now.sameness });
        const problems = [otherPlan, ...now.planned.problems];
        return tell(link, { t: "planned", id, planned: { ...now.planned, problems } });
      }
    }
    const isAsked = verb === "restart" || verb === "start" || verb === "stop";
    const asked = isAsked ? ["--yes", ...allowedFor(verb, change.allow)] : [];
    const args = verb === "apply" ? ["apply", path] : [verb, ...asked, "--file", file, "--", ...agents];
    const code = await runFleet(machine, `${folder}/output-${(runs += 1)}`, args, (text) =>
      tell(link, { t: "output", id, text }),
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

/** Returns the typed flags that lift a guard, and that the command has. */
function allowedFor(
  verb: "apply" | "restart" | "start" | "stop",
  allow: UiChange["allow"],
): readonly string[] {
  const own = new Set<string>(allowancesOf(verb).map((name) => allowances[name].flag));
  return allow.filter((flag) => own.has(flag));
}
