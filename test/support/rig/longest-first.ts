import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The longest files below test/ of each kind, longest first: late files must be short. Files that mostly wait take turns
 * with files that apply several fleets at once, because those load the machine by themselves.
 */
const longest = [
  "fleet/faults/faults-commands.test.ts",
  "watch/idle.test.ts",
  "watch/ends/killed-at-steps.test.ts",
  "watch/ends/crash-loop.test.ts",
  "fleet/faults/killed-apply.test.ts",
  "fleet/process-counts.test.ts",
  "watch/ends/killed.test.ts",
  "fleet/faults/faults-machine.test.ts",
  "fleet/faults/faults-readings.test.ts",
  "fleet/faults/stress.test.ts",
  "fleet/faults/killed-destroy.test.ts",
  "cases/tmux/tmux-survives.test.ts",
  "fleet/faults/interrupted.test.ts",
  "cases/agents/ends.test.ts",
  "watch/terminal.test.ts",
  "watch/service/session-safety.test.ts",
  "watch/drift.test.ts",
  "cases/agents/time-to-save.test.ts",
  "cases/plans/polling.test.ts",
  "cases/plans/renames.test.ts",
  "fleet/safety/unreadable.test.ts",
  "watch/ends/outages.test.ts",
  "cases/plans/saved-plan-crash-loop.test.ts",
  "cases/agents/completed.test.ts",
  "comments.test.ts",
  "plan/laws.test.ts",
  "plan/saved/own-changes.test.ts",
];

/** The projects in their order. The unit tests need only the processor, and so they fill the gaps of the others. */
const kinds = ["e2e", "isolated", "unit", "cost"];

/** The order of the files in a fresh clone without times of an earlier run: the longest first in each project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => this.rank(one) - this.rank(other));
  }

  private rank({ project, moduleId }: TestSpecification): number {
    const place = longest.indexOf(relative(`${this.ctx.config.root}/test`, moduleId));
    const within = place === -1 ? longest.length : place;
    return kinds.indexOf(project.name) * (longest.length + 1) + within;
  }
}
