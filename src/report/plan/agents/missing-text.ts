import { shellWord } from "../../../text/shell-word.ts";
import { listInSentence } from "../../../config/describe-path.ts";
import { fieldOfNeed, isNeed } from "../../../desired/need.ts";
import type { Change } from "../../../plan/change.ts";
import { changeKey } from "../../../plan/same-change.ts";
import type { AgentPlan } from "../../../plan/agent-plan.ts";
import type { Colors } from "../../terminal/colors.ts";
import { visible } from "../../terminal/display-text.ts";
import { rangesOf } from "../../alike.ts";
import { changePhrase } from "../../change-text.ts";

/** A finder of the line of an agent's field, as `fleet.yaml:12`; undefined without such a line. */
export type SpotOf = (
  agent: string,
  field: (typeof fieldOfNeed)[keyof typeof fieldOfNeed],
) => string | undefined;

/** Agents that are blocked for the very same missing things: one for each line of the plan. */
export interface MissingGroup {
  readonly names: readonly string[];
  readonly changes: readonly Change[];
}

/** Returns true for an agent that only waits for files or folders of its owner. */
export function lacksSomething({ action, changes }: AgentPlan): boolean {
  return action === "blocked" && changes.length > 0 && changes.every(({ reason }) => isNeed(reason));
}

/** Returns these agents in groups with the same need, by the name of the first of each group. */
export function missingGroups(agents: readonly AgentPlan[]): ReadonlyMap<string, MissingGroup> {
  const byReason = new Map<string, { names: string[]; changes: readonly Change[] }>();
  for (const { name, changes } of agents.filter(lacksSomething)) {
    const key = changes.map(changeKey).join("\n");
    const group = byReason.get(key) ?? { names: [], changes };
    group.names.push(name);
    byReason.set(key, group);
  }
  return new Map([...byReason.values()].map((group) => [group.names[0] ?? "", group]));
}

/** The most names that one line of a plan lists. */
const mostNames = 8;

/** Returns the lines of a group: the blocked agents, each reason, its line in fleet.yaml, and the command for a missing folder. */
export function missingLines(
  { names, changes }: MissingGroup,
  colors: Colors,
  spotOf?: SpotOf,
): readonly string[] {
  const shown =
    names.length > mostNames
      ? colors.bold(visible(rangesOf(names)))
      : listInSentence(
          names.map((name) => colors.bold(visible(name))),
          "and",
          mostNames,
        );
  const who = names.length === 1 ? `agent ${shown} is blocked` : `agents ${shown} are blocked`;
  return changes.flatMap((change, index) => [
    index === 0
      ? `${colors.red("!".padStart(3))} ${who}: ${visible(changePhrase(change, names.length > 1))}`
      : `      and ${visible(changePhrase(change, names.length > 1))}`,
    ...remedyLine(change, names[0] ?? "", spotOf).map((line) => `      ${colors.dim(line)}`),
  ]);
}

function remedyLine(change: Change, agent: string, spotOf: SpotOf | undefined): readonly string[] {
  const spot = isNeed(change.reason) ? spotOf?.(agent, fieldOfNeed[change.reason]) : undefined;
  const remedy =
    change.reason === "workdir-missing"
      ? `mkdir -p ${visible(shellWord(change.path))}`
      : change.reason === "program-missing"
        ? "fleet doctor"
        : undefined;
  const said = [spot, remedy].filter((part) => part !== undefined).join(": ");
  return said === "" ? [] : [said];
}
