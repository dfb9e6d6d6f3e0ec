import { version } from "../../../desired/version.ts";
import { parseHostsPlan, type HostPlan, type HostsPlan } from "../../../hosts/hosts-plan.ts";
import type { HostResult } from "../../../hosts/host-result.ts";
import { waitsOf } from "../../../hosts/arrivals.ts";
import { noHostOfPlan, nothingPlanned, undeclaredHost } from "../../../report/apply/saved-plan-problems.ts";
import { report, type Context } from "../../shared/context.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../../shared/exit-codes.ts";
import type { ApplyFlags, CommonFlags } from "../../shared/flags.ts";
import { carryOut, endOnHosts, refusesMassEnd } from "../carry-out.ts";
import { obstacleOf } from "../change-on-hosts.ts";
import { withWaits, type HostsChange } from "../plan-moves.ts";
import { prepareErrands, type Prepared } from "../prepare-errands.ts";
import { runOnHosts, type Errands } from "../run-hosts.ts";
import { showResults } from "../show-results.ts";
import { withErrands } from "../with-errands.ts";
import { checkMoves } from "./check-moves.ts";

/** The file of a saved plan. */
interface PlanFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Applies the saved plans of hosts: each host does exactly its own, or nothing and says which of its preconditions have
 * changed. No host keeps another from its change. Does not ask, because the plan was reviewed. `--host` chooses hosts of
 * the plan.
 */
export async function applyHostsPlan(
  { path, text }: PlanFile,
  context: Context,
  flags: ApplyFlags & Pick<CommonFlags, "host">,
): Promise<ExitCode> {
  const parsed = parseHostsPlan(text, path, version);
  if (!parsed.ok) return report(context, parsed.diagnostics);
  const plan = parsed.value;
  const { file, words } = plan.origin;
  const there = { ...context, flags: { ...context.flags, file: context.flags.file ?? file } };
  const names = [...plan.hosts.keys()];
  const prepared = await prepareErrands(there, flags.host ?? "all", ["apply", ...words], names);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const declared = prepared.value.config.hosts ?? {};
  const chosen = new Set(prepared.value.hosts.map(({ name }) => name));
  // Without a choice, hosts that are not declared any more are in the result, too.
  const wanted = names.filter(
    (name) => chosen.has(name) || (flags.host === undefined && !Object.hasOwn(declared, name)),
  );
  if (wanted.length === 0) return report(context, [noHostOfPlan(path, names)]);
  const checked = wanted.map((host) =>
    stateBefore(host, plan.hosts.get(host), { path, isDeclared: chosen.has(host) }),
  );
  return withErrands(prepared.value, there, (errands) =>
    applyOnHosts(errands, { ...changeOf(prepared.value, words), plan, path, checked, flags }, there),
  );
}

function changeOf({ config, reach }: Prepared, words: readonly string[]): HostsChange {
  return { words: ["apply", ...words], config, reach };
}

interface SavedChange extends HostsChange {
  readonly plan: HostsPlan;
  readonly path: string;
  /** The hosts of the run, as they are before it. */
  readonly checked: readonly HostResult[];
  readonly flags: ApplyFlags;
}

async function applyOnHosts(
  asked: Errands,
  { plan, path, checked: saved, flags, ...change }: SavedChange,
  context: Context,
): Promise<ExitCode> {
  const here = new Set(saved.map(({ host }) => host));
  const planned = plan.arrivals.filter(({ to }) => here.has(to));
  const { checked, arrivals } = await checkMoves(
    { checked: saved, arrivals: planned },
    change,
    asked,
    context,
  );
  const errands = withWaits(asked, waitsOf(arrivals));
  const run = {
    errands: asked,
    change,
    moves: { planned: checked, arrivals, errands, fleet: change.config.name },
    checked,
  };
  const allowed = change.words.includes("--allow-remove-all");
  if (refusesMassEnd(run, allowed, context)) return exitCodes.blocked;
  const agreeable = checked.filter(
    ({ host, end }) => end.name === "done" && end.code === 0 && isToDo(plan.hosts.get(host)),
  );
  const left = checked.filter((result) => !agreeable.includes(result));
  const { output } = context;
  if (!output.options.json) {
    showResults(left, asked, { fleet: change.config.name, command: "apply" }, context);
    if (agreeable.length === 0) output.text([nothingPlanned(path)]);
  }
  if (agreeable.length === 0) return endOnHosts(run, { results: checked }, context);
  const { lockTimeout } = flags;
  const words = ["apply", path, ...(lockTimeout === undefined ? [] : [`--lock-timeout=${lockTimeout}ms`])];
  const carry = (some: readonly HostResult[]): Promise<readonly HostResult[]> => {
    const names = new Set(some.map(({ host }) => host));
    return runOnHosts(
      {
        ...errands,
        purpose: "change",
        hosts: errands.hosts.filter(({ name }) => names.has(name)),
        requestFor: (host) => ({
          ...errands.requestFor(host),
          words,
          // A name of the plan may be an agent of another of its hosts.
          among: "all",
          saved: plan.hosts.get(host),
          run: crypto.randomUUID(),
        }),
      },
      context,
    );
  };
  const noTwins = new Map<string, string>();
  return carryOut(
    {
      ...run,
      agreeable,
      isShown: false,
      obstacleOf: (result) => obstacleOf(result, "apply", noTwins),
      carry,
    },
    context,
  );
}

/** Returns true for a plan with something to do, also if a guard refuses it. */
function isToDo(plan: HostPlan | undefined): boolean {
  return plan !== undefined && (plan.actions.length > 0 || plan.refusals.length > 0);
}

/** Returns the result of a host before the apply of its saved plan. */
function stateBefore(
  host: string,
  plan: HostPlan | undefined,
  { path, isDeclared }: { readonly path: string; readonly isDeclared: boolean },
): HostResult {
  const result = { host, facts: undefined };
  if (!isDeclared) {
    const problem = undeclaredHost(path);
    const end = { name: "done", code: exitCodeOf(problem.code) } as const;
    return { ...result, end, frames: [{ kind: "problems", problems: [problem] }] };
  }
  if (plan === undefined) return { ...result, end: { name: "not-begun" }, frames: [] };
  return {
    ...result,
    end: { name: "done", code: exitCodes.ok },
    frames: [{ kind: "json", value: { plan } }],
  };
}
