import type { ApplyFlags } from "../shared/flags.ts";
import { recordAppliedFile } from "../../apply/applied-file.ts";
import { releaseStarts } from "../../apply/turns/release-starts.ts";
import { fileOf } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { layoutOf } from "../../desired/layout.ts";
import type { Suspension } from "../../desired/marks/suspension.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readWatcher } from "../../observe/watch/watcher.ts";
import { selectsAll, selectionWords, type Selection } from "../../plan/selection/selection.ts";
import type { Plan, PlanOptions } from "../../plan/types.ts";
import type { Verb } from "../../report/apply/apply-text.ts";
import { releasedLine, waitingForIdle } from "../../report/apply/waiting-text.ts";
import { invokingUser } from "../../system/environment.ts";
import { report, type Context } from "../shared/context.ts";
import { suspensionEnd } from "../shared/suspension-end.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { withFleetLock, ofFleet } from "../shared/with-fleet-lock.ts";
import { combineJson } from "./combine-json.ts";
import { confirmAndApply, type ApplyProposal } from "./confirm-and-apply.ts";
import { selectPresent } from "../shared/select-agents.ts";
import type { StillDue } from "../../plan/still-due.ts";
import { awaitLook } from "./await-look.ts";
import { planRun, warnOfDoubts, type WishFlags } from "./plan-run.ts";
import { awaitedIn, isAsAwaited, waitForIdle, type Awaited, type Waiting } from "./wait-idle.ts";
import { firstRead, readFleetAgain } from "../shared/read-fleet.ts";

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
  if (flags.waitIdle === undefined) return applySelection(context, selection, flags, "apply", more);
  const gathered = combineJson(context);
  let busy: Awaited = new Map();
  const rememberBusy: ApplyProposal["onDone"] = (plan, outcome) => void (busy = awaitedIn(plan, outcome));
  const first = await applySelection(gathered.context, selection, flags, "apply", {
    ...more,
    onDone: rememberBusy,
  });
  const waited =
    busy.size > 0 && mayGoOn.has(first) ? await waitFor(busy, gathered.context, flags) : exitCodes.ok;
  gathered.end();
  return waited === exitCodes.ok ? first : waited;
}

/** Another command that ends in an apply. */
interface Agreed {
  /** A step before the first change. See Proposal. */
  readonly onAgreed?: () => Result<void>;
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
    const planned = await planRun(
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
    applySelection(
      context,
      { names: some, isOwnChoice: true },
      { ...flags, yes: true, lockTimeout },
      "apply",
      {
        accept: ({ agents, shared }) =>
          shared.length === 0 && agents.every((agent) => isAsAwaited(agent, awaited)),
      },
    );
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
  return applySelection(
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

/** Makes the plan of a selection, asks, applies it and verifies, as the fleet's only writer. */
function applySelection(
  context: Context,
  selection: Selection,
  flags: WishFlags,
  verb: Verb,
  { command: words, onAgreed, onDone, accept }: Agreed & Pick<ApplyProposal, "accept" | "onDone"> = {},
): Promise<ExitCode> {
  const command =
    words ?? context.caller?.calledAs ?? ["fleet", verb, ...selectionWords(selection)].join(" ");
  return withFleetLock(context, command, flags, async ({ config, layout }) => {
    const makePlan: ApplyProposal["makePlan"] = async (isAgain) => {
      // The file may have changed during the question.
      const read = isAgain ? await readFleetAgain(context) : ok(config);
      const current = read.ok ? ofFleet(layout, read.value) : read;
      if (!current.ok) return current;
      const planned = await planRun(current.value, context, selection, flags, verb);
      if (planned.ok && !isAgain && verb === "apply") await warnOfDoubts(planned.value.inputs, context);
      return planned;
    };
    const lookAgain = async (
      latest: FleetConfig,
      names: readonly string[],
    ): Promise<StillDue | undefined> => {
      const some: Selection = { names, isOwnChoice: true };
      const planned = await planRun(latest, context, some, flags, verb, async (surveyed) =>
        selectPresent(names, surveyed),
      );
      return planned.ok ? planned.value.due : undefined;
    };
    const isAll = verb === "apply" && selectsAll(selection) && context.flags.hostHere === undefined;
    return confirmAndApply(
      {
        layout,
        verb,
        command,
        makePlan,
        yes: flags.yes ?? false,
        accept,
        checksOf: ({ config: latest, starts }) => ({
          starts,
          lookAgain: (names) => lookAgain(latest, names),
        }),
        onAgreed: ({ released }) => {
          const held = releaseStarts(released, layout);
          if (held.length > 0) context.output.remark(releasedLine(held));
          return onAgreed?.() ?? ok(undefined);
        },
        async onDone(plan, outcome) {
          if (isAll) await recordAppliedFile(layout, fileOf(config));
          await onDone?.(plan, outcome);
        },
      },
      context,
    );
  });
}
