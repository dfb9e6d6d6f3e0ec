import type { ApplyFlags } from "../shared/flags.ts";
import { recordAppliedFile } from "../../apply/applied-file.ts";
import { releaseStarts, startsToRelease, type StartsToRelease } from "../../apply/turns/release-starts.ts";
import { fileOf } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { layoutOf } from "../../desired/layout.ts";
import type { Inputs } from "../../desired/inputs.ts";
import type { Suspension } from "../../desired/marks/suspension.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readWatcher } from "../../observe/watch/watcher.ts";
import { allowedBy } from "../../plan/allowances.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { unchangedAgents } from "../../plan/fleet/unchanged-agents.ts";
import { planStop } from "../../plan/commands/plan-stop.ts";
import { selectsAll, selectionWords, type Selection } from "../../plan/selection/selection.ts";
import type { Scope } from "../../plan/selection/candidates.ts";
import type { Survey } from "../../observed/survey.ts";
import type { Plan, PlanOptions } from "../../plan/types.ts";
import type { Verb } from "../../report/apply/apply-text.ts";
import { releasedLine, waitingForIdle } from "../../report/apply/waiting-text.ts";
import { invokingUser } from "../../system/environment.ts";
import { report, type Context } from "../shared/context.ts";
import { suspensionEnd } from "../shared/suspension-end.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { withFleetLock, ofFleet } from "../shared/with-fleet-lock.ts";
import { combineJson } from "./combine-json.ts";
import { confirmAndApply, type Proposal } from "./confirm-and-apply.ts";
import { selectAgents, selectPresent } from "../shared/select-agents.ts";
import type { LookAgain } from "../../apply/turns/roll.ts";
import { observedStarts, type StartTimes } from "../../apply/turns/starts.ts";
import { stillDue, type StillDue } from "../../plan/still-due.ts";
import { awaitLook } from "./await-look.ts";
import { awaitedIn, isAsAwaited, waitForIdle, type Awaited, type Waiting } from "./wait-idle.ts";
import { survey } from "../../observe/survey.ts";
import { firstRead, readFleetAgain } from "../shared/read-fleet.ts";
import { checkSchedules, withNextRuns } from "../plan/check-schedules.ts";
import { doubtsAbout, reportWarnings } from "../shared/reporting/report-doubts.ts";

/**
 * Runs `fleet apply`: plans, asks, applies and verifies, as the fleet's only writer. With
 * --wait-idle it then waits, without the lock, for busy agents with a pending change.
 */
export async function applyCommand(
  context: Context,
  selection: Selection,
  flags: ApplyFlags,
  more: Agreed = {},
): Promise<ExitCode> {
  if (flags.waitIdle === undefined) return bringInLine(context, selection, flags, "apply", more);
  const gathered = combineJson(context);
  let busy: Awaited = new Map();
  const rememberBusy: Proposal["onDone"] = (plan, outcome) => void (busy = awaitedIn(plan, outcome));
  const first = await bringInLine(gathered.context, selection, flags, "apply", {
    ...more,
    onDone: rememberBusy,
  });
  const waited =
    busy.size > 0 && mayGoOn.has(first) ? await waitFor(busy, gathered.context, flags) : exitCodes.ok;
  gathered.end();
  return waited === exitCodes.ok ? first : waited;
}

/** Another command that ends in an apply. */
interface Agreed extends Pick<Proposal, "onAgreed"> {
  /** Its words for the history and for waiting commands. */
  readonly command?: string;
}

/** A problem with one agent is no reason not to wait for another. */
const mayGoOn: ReadonlySet<ExitCode> = new Set([exitCodes.ok, exitCodes.blocked, exitCodes.agentsFailed]);

/** Wait for other writers during --wait-idle, ms. */
const patienceMs = 60_000;

async function waitFor(awaited: Awaited, context: Context, flags: ApplyFlags): Promise<ExitCode> {
  const { waitIdle: timeoutMs = 0, lockTimeout = patienceMs } = flags;
  context.output.remark(waitingForIdle([...awaited.keys()], timeoutMs));
  const planSome = async (some: readonly string[]): Promise<Result<Plan>> => {
    const config = await readFleetAgain(context);
    if (!config.ok) return config;
    const planned = await planNow(
      config.value,
      context,
      { names: some, isOwnChoice: true },
      flags,
      "apply",
      async (surveyed) => selectPresent(some, surveyed),
    );
    return planned.ok ? ok(planned.value.plan) : planned;
  };
  const applySome = (some: readonly string[]): Promise<ExitCode> =>
    bringInLine(context, { names: some, isOwnChoice: true }, { ...flags, yes: true, lockTimeout }, "apply", {
      accept: ({ agents, shared }) =>
        shared.length === 0 && agents.every((agent) => isAsAwaited(agent, awaited)),
    });
  const { name = "", tmux } = firstRead(context)?.config ?? {};
  const layout = layoutOf(name, tmux?.socket ?? "", context.machine);
  const untilLook: Waiting["untilLook"] = (some, interrupt) => awaitLook(some, layout, interrupt);
  return waitForIdle({ timeoutMs, awaited, untilLook, plan: planSome, apply: applySome }, context);
}

/**
 * Runs `fleet restart` and `fleet start`: an apply of these agents that also starts or restarts
 * them. `fleet stop` stops them and changes nothing else; `fleet adopt` takes over a manual
 * setup.
 */
export async function agentCommand(
  context: Context,
  selection: Selection,
  flags: ApplyFlags,
  intent: NonNullable<PlanOptions["intent"]>,
): Promise<ExitCode> {
  const keepDown = await requestedSuspension(flags, context);
  if (!keepDown.ok) return report(context, keepDown.diagnostics);
  const onDone = intent === "stop" ? (plan: Plan) => warnOfWatch(plan, selection, context) : undefined;
  return bringInLine(
    context,
    selection,
    { ...flags, suspension: keepDown.value },
    intent,
    onDone && { onDone },
  );
}

/** Returns the suspension for --keep-down and --until. */
async function requestedSuspension(
  { keepDown, until }: ApplyFlags,
  context: Context,
): Promise<Result<Suspension | undefined>> {
  if (!keepDown && until === undefined) return ok(undefined);
  const end = until === undefined ? ok(undefined) : await suspensionEnd(until, Date.now(), context.exec);
  return end.ok ? ok({ by: invokingUser(), sinceMs: Date.now(), untilMs: end.value }) : end;
}

/** Warns of a watch that takes a stop for drift, and would start the agents again. */
function warnOfWatch(
  { fleet, socket, agents }: Plan,
  selection: Selection,
  { machine, output }: Context,
): void {
  const stopped = agents.filter(({ action, suspended }) => action === "stop" && !suspended);
  if (stopped.length === 0) return;
  const watcher = readWatcher(layoutOf(fleet, socket, machine));
  // A service that cannot start also starts no agents.
  if (watcher === undefined || (watcher.pid === undefined && watcher.missing !== undefined)) return;
  const few = stopped.length <= 5 ? stopped.map(({ name }) => name) : selectionWords(selection);
  output.remark(
    `This fleet is watched, and what is stopped is started again. To keep it down: fleet stop --keep-down ${few.join(" ")}`,
  );
}

/** The flags, with the time of --until resolved. */
interface WishFlags extends ApplyFlags {
  readonly suspension?: Suspension | undefined;
}

/**
 * The agents that patterns, labels and `--all` select. An apply of all is one of the whole fleet. A start of an agent
 * declared as stopped would only be refused.
 */
const scopes: Readonly<Record<Verb, Scope | undefined>> = {
  apply: undefined,
  start: "startable",
  restart: "startable",
  stop: "any",
  adopt: "declared",
};

function bringInLine(
  context: Context,
  selection: Selection,
  flags: WishFlags,
  verb: Verb,
  { command: words, ...more }: Agreed & Pick<Proposal, "accept" | "onDone"> = {},
): Promise<ExitCode> {
  const command =
    words ?? context.caller?.calledAs ?? ["fleet", verb, ...selectionWords(selection)].join(" ");
  return withFleetLock(context, command, flags, async ({ config, layout }) => {
    const isAll = verb === "apply" && selectsAll(selection);
    let isFirst = true;
    let latest = config;
    let released: StartsToRelease = { groups: [], agents: [] };
    let starts: StartTimes = new Map();
    const makePlan = async (): Promise<Result<Plan>> => {
      // The file may have changed during the question.
      const wasFirst = isFirst;
      const read = wasFirst ? ok(config) : await readFleetAgain(context);
      isFirst = false;
      const current = read.ok ? ofFleet(layout, read.value) : read;
      if (!current.ok) return current;
      latest = current.value;
      const planned = await planNow(latest, context, selection, flags, verb);
      if (planned.ok) ({ released, starts } = planned.value);
      if (planned.ok && wasFirst && verb === "apply") await warnOfDoubts(planned.value.inputs, context);
      return planned.ok ? ok(planned.value.plan) : planned;
    };
    let isApplied = false;
    const onDone: Proposal["onDone"] = (plan, outcome) => {
      isApplied = isAll;
      more.onDone?.(plan, outcome);
    };
    const lookAgain: LookAgain = async (names) => {
      const some: Selection = { names, isOwnChoice: true };
      const planned = await planNow(latest, context, some, flags, verb, async (surveyed) =>
        selectPresent(names, surveyed),
      );
      return planned.ok ? planned.value.due : undefined;
    };
    const code = await confirmAndApply(
      {
        layout,
        verb,
        makePlan,
        origin: () => ({ command, config: latest }),
        yes: flags.yes ?? false,
        checks: () => ({ lookAgain, starts }),
        ...more,
        onAgreed: () => {
          const held = releaseStarts(released, layout);
          if (held.length > 0) context.output.remark(releasedLine(held));
          return more.onAgreed?.() ?? ok(undefined);
        },
        onDone,
      },
      context,
    );
    if (isApplied && context.flags.hostHere === undefined) await recordAppliedFile(layout, fileOf(config));
    return code;
  });
}

/** Shows the same doubts about fleet.yaml and its envFiles as `fleet plan`. */
async function warnOfDoubts(inputs: Inputs, context: Context): Promise<void> {
  const loaded = firstRead(context);
  if (loaded !== undefined) reportWarnings(await doubtsAbout(loaded, inputs), context);
}

/** A plan of a command. */
interface PlannedRun {
  readonly plan: Plan;
  readonly inputs: Inputs;
  /** The agents that it starts, if they take turns. */
  readonly released: StartsToRelease;
  /** The last starts of the agents that it restarts. */
  readonly starts: StartTimes;
  readonly due: StillDue;
}

async function planNow(
  config: FleetConfig,
  context: Context,
  selection: Selection,
  flags: WishFlags,
  verb: Verb,
  select = (surveyed: Survey) => selectAgents(selection, surveyed, scopes[verb]),
): Promise<Result<PlannedRun>> {
  const ignoresWork = flags.now === true || verb !== "apply";
  const surveyed = await survey(
    config,
    { ...context, ignoresWork },
    verb === "apply" ? unchangedAgents : undefined,
  );
  if (!surveyed.ok) return surveyed;
  const only = await select(surveyed.value);
  if (!only.ok) return only;
  const { desired, observed } = surveyed.value;
  const scheduled = await checkSchedules(config, firstRead(context), context);
  if (!scheduled.ok) return scheduled;
  const makePlan = verb === "stop" ? planStop : planFleet;
  const planned = makePlan(desired, observed, {
    ...optionsOf(flags, only.value, verb),
    isOwnChoice: selection.isOwnChoice,
  });
  const plan = withNextRuns(planned, config, scheduled.value);
  const isAsked = verb === "start" || verb === "restart";
  return ok({
    plan,
    inputs: observed.inputs,
    released: startsToRelease(plan, desired, isAsked),
    starts: observedStarts(plan, observed),
    due: stillDue(plan, observed, desired.layout),
  });
}

function optionsOf(flags: WishFlags, only: PlanOptions["only"], verb: Verb): PlanOptions {
  return {
    only,
    keepDown: flags.suspension,
    intent: verb === "apply" ? undefined : verb,
    ...allowedBy(flags),
  };
}
