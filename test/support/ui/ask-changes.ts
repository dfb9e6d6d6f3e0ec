import type { PlanJson } from "../../../src/report/plan/plan-output.ts";
import type { UiChange, UiMachinePlan } from "../../../src/ui/changes/ui-change.ts";
import { until } from "../rig/until.ts";
import type { PageSocket } from "./serve-ui.ts";

/** The plan of a change, as a page gets it. */
type Asked = Partial<Omit<UiMachinePlan, "plan">> & {
  readonly id: number;
  readonly canRun: boolean;
  readonly plan: PlanJson | null;
};

/** The way of a page to changes. */
export interface AskedChanges {
  /** Asks for the plan of a change. */
  readonly ask: (change: Partial<UiChange> & Pick<UiChange, "verb">, on?: PageSocket) => Promise<Asked>;
  /** Agrees to a plan, and waits for its end. */
  readonly agree: (
    id: number,
  ) => Promise<{ readonly code: number | null | undefined; readonly said: string }>;
  /** Agrees to a plan that is no longer the one, and returns the answer. */
  readonly agreeAgain: (id: number) => Promise<Partial<UiMachinePlan> | undefined>;
}

/** Returns the way of a page to changes on this machine. */
export function changesOf(page: () => PageSocket): AskedChanges {
  let ids = 0;
  return {
    async ask(change, on = page()) {
      ids += 1;
      const id = ids;
      on.tell({ t: "plan", id, change: { agents: [], now: false, allow: [], ...change } });
      const { planned } = await on.hears("planned", (each) => each.id === id);
      const [part] = planned.parts;
      return { ...part, id, canRun: planned.canRun, plan: (part?.plan ?? null) as PlanJson | null };
    },
    async agree(id) {
      page().tell({ t: "agree", id });
      // An apply with its verification takes a while on a busy machine.
      const { ends } = await page().hears("done", (each) => each.id === id);
      const said = page().messages.flatMap((each) =>
        each.t === "output" && each.id === id ? [each.text] : [],
      );
      return { code: ends[0]?.code, said: said.join("") };
    },
    async agreeAgain(id) {
      const before = page().messages.length;
      page().tell({ t: "agree", id });
      const { planned } = await until("the answer comes", async () =>
        page()
          .messages.slice(before)
          .flatMap((each) => (each.t === "planned" && each.id === id ? [each] : []))
          .at(0),
      );
      return { ...planned.parts[0], canRun: planned.canRun };
    },
  };
}
