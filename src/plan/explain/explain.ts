import type { Refusal } from "../allowances.ts";
import type { Policy } from "../../desired/marks/policy.ts";
import type { Desired, DesiredAgent } from "../../desired/types.ts";
import type { MemoryEnd, Observed, UnitWait } from "../../observed/types.ts";
import { agentViews, type AgentView } from "../view/agent-view.ts";
import { endPolicies } from "../agent/end-policy.ts";
import { waitOf } from "../view/current-wait.ts";
import { isCompleted } from "../view/completed.ts";
import { diffAgent } from "../agent/diff-agent.ts";
import { deviationsOf, type Deviation } from "../deviation.ts";
import { fieldsOfChange } from "./fields-behind.ts";
import { observedConfig } from "../config/observed-config.ts";
import { configChange } from "../config/same-config.ts";
import type { Change } from "../change.ts";
import { isSameChange } from "../same-change.ts";
import { reasonOf, type AgentPlan } from "../agent-plan.ts";
import type { Plan, PlanOptions } from "../types.ts";
import { awaitedJobFinder } from "../blocked/awaited-jobs.ts";
import { blockedDependencyFinder } from "../blocked/blocked-dependency.ts";

/** The explanation of one agent's plan: its differences, and everything between them and the action. */
export interface Explanation {
  /** The end of the chain. */
  readonly plan: AgentPlan;
  /** Undefined for an undeclared agent. */
  readonly declared: DesiredAgent | undefined;
  /** The policy for its end, see endPolicies. */
  readonly policy: Policy;
  /** All differences, even blocked ones. */
  readonly differences: readonly Difference[];
  /** The obstacle to changes of this agent, with its fields. */
  readonly block: Difference | undefined;
  /**
   * Time of its completed work, ms since the epoch, if there is nothing to do because of it; else undefined.
   */
  readonly completed: { readonly atMs: number | undefined } | undefined;
  /** Its removed working directory. */
  readonly lostWorkdir: string | undefined;
  /** The end of its last run, if memory ran out. */
  readonly memoryEnd?: MemoryEnd | undefined;
  /** The step of its start or stop systemd waits for. */
  readonly wait?: UnitWait | undefined;
  /** The obstacle to changes of the whole fleet, including this agent. */
  readonly hindrance: Difference | undefined;
  /** Guards that refuse the plan as a whole, including this agent's part. */
  readonly refusals: readonly Refusal[];
  /** Obstacles to its declared state that apply leaves alone. */
  readonly deviations?: readonly Deviation[];
}

/** A change with its place in fleet.yaml. */
export interface Difference {
  readonly change: Change;
  /** The fields of fleet.yaml behind it, see fieldsOfChange. */
  readonly setIn: readonly string[];
}

/** Actions without effect, refused or not. */
const idle: ReadonlySet<AgentPlan["action"]> = new Set(["none", "pending", "blocked"]);

/** Explains a plan's entry for an agent; undefined without an entry. Pure. */
export function explainAgent(
  name: string,
  desired: Desired,
  observed: Observed,
  plan: Plan,
  options: PlanOptions,
): Explanation | undefined {
  const agentPlan = plan.agents.find((agent) => agent.name === name);
  if (agentPlan === undefined) return undefined;
  const declared = desired.agents.find((agent) => agent.name === name);
  const view = agentViews(observed, desired.layout)(name);
  const own = declared === undefined ? undefined : planByItself(declared, desired, observed, options);
  const [first] = agentPlan.changes;
  const { hindrance } = plan;
  const isHeld =
    agentPlan.action === "blocked" &&
    first !== undefined &&
    hindrance !== undefined &&
    isSameChange(first, hindrance);
  const block = blockIn(isHeld ? own : agentPlan);
  return {
    plan: agentPlan,
    declared,
    policy: endPolicies(desired, agentViews(observed, desired.layout))(name),
    differences: differencesOf(takesOverPlace(agentPlan) ? agentPlan : (own ?? agentPlan), declared, view),
    block: block && withFields(block, declared),
    completed:
      declared !== undefined && isCompleted(declared, view) ? { atMs: view.completion?.atMs } : undefined,
    lostWorkdir: view.pane?.lostWorkdir,
    memoryEnd: view.runtime?.memoryEnd,
    wait: waitOf(view, declared?.wants ?? [], agentViews(observed, desired.layout), observed.now),
    hindrance: isHeld ? withFields(hindrance, declared) : undefined,
    refusals: idle.has(agentPlan.action) ? [] : plan.refusals,
    deviations: deviationsOf({ name }, plan.deviations),
  };
}

function takesOverPlace(plan: AgentPlan): boolean {
  const reason = reasonOf(plan);
  return reason === "takes-place" || reason === "place-blocked";
}

/** Returns the plan as if neither the whole fleet was blocked nor the agent suspended. */
function planByItself(
  agent: DesiredAgent,
  { agents, layout }: Desired,
  observed: Observed,
  options: PlanOptions,
): AgentPlan {
  const view = agentViews(observed, layout);
  const basics = { layout, observed, options };
  const untouchableAhead = blockedDependencyFinder(agents, view, basics);
  const jobsAhead = awaitedJobFinder(agents, view, basics.options);
  return diffAgent(agent, view(agent.name), { ...basics, untouchableAhead, jobsAhead }).plan;
}

/** Returns the differences. An obstacle is no difference, but may hide a configuration that waits. */
function differencesOf(
  plan: AgentPlan,
  declared: DesiredAgent | undefined,
  view: AgentView,
): readonly Difference[] {
  if (plan.action === "add" && plan.reason === "new") return [withFields({ reason: plan.reason }, declared)];
  if (plan.action !== "blocked") return plan.changes.map((change) => withMarks(change, declared, view));
  const before = view.owned ? observedConfig(view) : undefined;
  const change = before && declared && configChange(before, declared);
  return change === undefined ? [] : [withFields(change, declared)];
}

/** Adds the fields of marks: `protect` is neither a directive nor a variable. */
function withMarks(change: Change, declared: DesiredAgent | undefined, view: AgentView): Difference {
  const difference = withFields(change, declared);
  const isOfMark = change.reason === "settings-changed" && difference.setIn.length === 0;
  const mark = view.envMark ?? view.dropInMark;
  const isProtection = declared !== undefined && mark !== undefined && mark.protect !== declared.protect;
  return isOfMark && isProtection ? { ...difference, setIn: ["protect"] } : difference;
}

/** Adds the fields. An undeclared agent has none. */
function withFields(change: Change, declared: DesiredAgent | undefined): Difference {
  const fields = fieldsOfChange(change);
  const ofFleet = fields.filter((field) => field.startsWith("tmux."));
  return { change, setIn: declared === undefined ? ofFleet : fields };
}

function blockIn(plan: AgentPlan | undefined): Change | undefined {
  return plan?.action === "blocked" ? plan.changes[0] : undefined;
}
