import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest files below test/, longest first: late files must be short. */
const longest = [
  "watch/crash-loop.test.ts",
  "watch/killed.test.ts",
  "fleet/killed-apply.test.ts",
  "fleet/faults-commands.test.ts",
  "watch/idle.test.ts",
  "fleet/process-counts.test.ts",
  "fleet/faults-machine.test.ts",
  "cases/tmux-survives.test.ts",
  "cases/completed.test.ts",
  "fleet/concurrent-runs.test.ts",
  "watch/session-safety.test.ts",
  "watch/terminal.test.ts",
  "fleet/interrupted.test.ts",
  "watch/saves.test.ts",
  "fleet/refusals.test.ts",
  "cases/ends.test.ts",
];

/**
 * The order of the files in a fresh clone without times of an earlier run: the longest first, and the unit tests last,
 * because they fill the last gaps.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => this.rank(one) - this.rank(other));
  }

  private rank({ project, moduleId }: TestSpecification): number {
    if (project.name === "cost") return longest.length + 2;
    if (project.name === "unit") return longest.length + 1;
    const place = longest.indexOf(relative(`${this.ctx.config.root}/test`, moduleId));
    return place === -1 ? longest.length : place;
  }
}
