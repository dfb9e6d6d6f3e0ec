import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The longest files below test/ of each kind, longest first: late files must be short. Files with long waits take
 * turns with files that apply several fleets at once, because those load the machine by themselves.
 */
const longest = [
  "fleet/faults/killed-apply.test.ts",
  "watch/ends/killed-at-steps.test.ts",
  "fleet/faults/faults-commands.test.ts",
  "watch/idle.test.ts",
  "fleet/faults/faults-machine.test.ts",
  "shells/completion.test.ts",
  "fleet/hosts/push.test.ts",
  "watch/ends/killed.test.ts",
  "fleet/faults/stress.test.ts",
  "watch/ends/crash-loop.test.ts",
  "watch/service/session-safety.test.ts",
  "watch/slow.test.ts",
  "watch/terminal.test.ts",
  "fleet/hosts/rollout.test.ts",
  "fleet/faults/killed-destroy.test.ts",
  "fleet/faults/faults-readings.test.ts",
  "fleet/faults/interrupted.test.ts",
  "fleet/faults/concurrent-runs.test.ts",
  "cases/agents/pacing.test.ts",
  "cases/agents/ends.test.ts",
  "fleet/hosts/cuts.test.ts",
  "fleet/work/windows.test.ts",
  "soak/soak.test.ts",
  "config/limits.test.ts",
  "cases/tmux/tmux-survives.test.ts",
  "units/stress.test.ts",
  "watch/saves.test.ts",
  "cases/agents/time-to-save.test.ts",
  "cases/plans/saved-plan-crash-loop.test.ts",
  "fleet/safety/unreadable.test.ts",
  "fleet/ui/control.test.ts",
  "fleet/hosts/ansible.test.ts",
  "fleet/ui/terminal.test.ts",
  "cases/agents/busy.test.ts",
  "fleet/faults/failures.test.ts",
  "fleet/commands/plan-formats.test.ts",
  "fleet/commands/log-files.test.ts",
  "fleet/hosts/moves.test.ts",
  "fleet/ui/page.test.ts",
  "fleet/ui/service.test.ts",
  "cases/plans/renames.test.ts",
  "fleet/talk/send.test.ts",
  "fleet/faults/hostile.test.ts",
  "docs/where-to-change.test.ts",
  "fleet/faults/manager-restart.test.ts",
  "fleet/safety/refusals.test.ts",
  "fleet/commands/snapshot.test.ts",
  "fleet/saved-plans/stale-plan.test.ts",
  "watch/drift.test.ts",
  "commands/start.test.ts",
  "sandbox/end.test.ts",
  "cases/plans/in-force.test.ts",
  "watch/ends/outages.test.ts",
  "cases/plans/polling.test.ts",
  "cases/agents/completed.test.ts",
  "race/race.test.ts",
  "scripts/setup.test.ts",
  "scripts/start.test.ts",
  "comments.test.ts",
  "plan/laws.test.ts",
  "plan/saved/own-changes.test.ts",
  "fleet/many-agents.test.ts",
  "plan/growth.test.ts",
  "fleet/cost.test.ts",
  "watch/cost.test.ts",
  "watch/drift-time.test.ts",
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
