import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import { commitIn } from "../../drivers/git/mirror.ts";
import { orderRemark, unpinLine } from "../../report/source/source-text.ts";
import { revisionPhrase, shortCommit, troubleDiagnostics } from "../../report/source/trouble-text.ts";
import { keepOrders } from "../../source/memory/keep-memory.ts";
import { readKnownPlaces } from "../../source/memory/read-memory.ts";
import { anchorOf, ordersOf, readSource, type KnownSource } from "../../source/read-source.ts";
import { checkFetched, mirrorOf, type Pass, type PullEnd } from "../../source/run-pass.ts";
import type { Orders } from "../../source/memory/source-memory.ts";
import { invokingUser } from "../../system/environment.ts";
import { digest } from "../../text/digests/digest.ts";
import { planCommand } from "../plan/plan.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { agreementTo, isAgreed } from "./agreement.ts";
import { isWatched, showSource } from "./status.ts";

/** The words of a person about one revision. */
type OrderKind = "pin" | "accept";

/** Options of an order. */
interface OrderFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Runs `fleet source pin` and `accept`, and `fleet rollback` of a fetched fleet file: verifies the revision as the watch
 * will, shows the plan, asks, and leaves the order to the watch.
 */
export async function orderRevision(
  context: Context,
  file: string,
  kind: OrderKind,
  name: string,
  { yes = false, dryRun = false }: OrderFlags,
): Promise<ExitCode> {
  const source = readSource(file, context.machine);
  if (!source.ok) return report(context, source.diagnostics);
  const found = await findCommit(source.value, name, context);
  if (!found.ok) return report(context, found.diagnostics);
  const orders = ordersFor(source.value, kind, found.value);
  const end = await checkFetched(passFor(source.value, orders, context), mirrorFor(source.value, context));
  const wrong = problemsOfOrder(end, kind, found.value);
  if (end.kind !== "good" || wrong.length > 0) return report(context, wrong);
  const { output } = context;
  const id = orderId(kind, found.value, source.value);
  if (!isAgreed(id, context)) {
    sayTo(revisionPhrase(end.revision), context);
    const shown = await showPlanOfRevision(end, source.value, context);
    if (dryRun || shown !== exitCodes.ok) return shown;
  }
  const question = kind === "pin" ? "Stay at this revision?" : "Accept this revision?";
  const agreed = await agreementTo(id, question, yes, context);
  if (agreed !== "go") {
    if (output.options.json) output.diagnostics(agreed.problems);
    return agreed.code;
  }
  return writeOrders(source.value, orders, { kind, revision: found.value }, context);
}

/** Runs `fleet source unpin`: the newest revision counts again. Another machine has to agree. */
export async function unpinRevision(context: Context, file: string): Promise<ExitCode> {
  const source = readSource(file, context.machine);
  if (!source.ok) return report(context, source.diagnostics);
  const { pin, ...orders } = ordersOf(source.value);
  if (context.caller !== undefined) {
    const id = orderId("unpin", pin?.revision, source.value);
    if (!isAgreed(id, context)) context.output.text([unpinLine(pin)]);
    if (pin === undefined) return exitCodes.ok;
    const agreed = await agreementTo(id, "", false, context);
    if (agreed !== "go") return agreed.code;
  }
  return writeOrders(source.value, orders, { kind: "unpin", revision: undefined }, context);
}

/** Returns an id of an order: another order in the meantime makes another one. */
function orderId(kind: OrderKind | "unpin", revision: string | undefined, source: KnownSource): string {
  return digest(JSON.stringify([kind, revision, ordersOf(source), anchorOf(source)?.revision]));
}

/** Prints a line: for a person as a remark, and for another machine as a part of the plan. */
function sayTo(line: string, { caller, output }: Context): void {
  if (caller === undefined) output.remark(line);
  else output.text([line]);
}

async function writeOrders(
  source: KnownSource,
  orders: Orders,
  { kind, revision }: { readonly kind: OrderKind | "unpin"; readonly revision: string | undefined },
  context: Context,
): Promise<ExitCode> {
  const kept = await keepOrders(source.paths, orders);
  if (!kept.ok) return report(context, kept.diagnostics);
  const { caller, output } = context;
  if (output.options.json || caller !== undefined) {
    const after = readSource(source.paths.settings, context.machine);
    const shown = caller === undefined ? output : { ...output, text: () => undefined };
    if (after.ok) await showSource(after.value, { ...context, output: shown });
  }
  sayTo(orderRemark(kind, revision, isWatched(source, context)), context);
  return exitCodes.ok;
}

/** Returns a fetched commit, by any of its names in the copy. */
async function findCommit(source: KnownSource, name: string, context: Context): Promise<Result<string>> {
  const commit = await commitIn(mirrorFor(source, context), name);
  if (commit.ok && commit.value !== undefined) return ok(commit.value);
  return fail("unknown-revision", `${JSON.stringify(name)} is no fetched revision of the source`, {
    hint: wording`name a commit of its branch; ${fleetCommand("source status")} shows the newest one`,
  });
}

function ordersFor(source: KnownSource, kind: OrderKind, revision: string): Orders {
  const order = { revision, by: invokingUser() ?? String(process.getuid?.()), at: new Date().toISOString() };
  const before = ordersOf(source);
  if (kind === "pin") return { ...before, pin: order };
  const { pin: _pin, ...unpinned } = before;
  return { ...unpinned, accept: { ...order, anchor: anchorOf(source)?.revision ?? null } };
}

function passFor(source: KnownSource, orders: Orders, { machine, exec }: Context): Pass {
  const { settings, paths, anchor } = source;
  return {
    settings,
    paths,
    machine,
    exec,
    anchor: anchorOf(source)?.revision,
    isAnchorLost: anchor.kind === "broken",
    known: readKnownPlaces(paths),
    orders,
    isFresh: false,
    abort: new AbortController().signal,
  };
}

function mirrorFor(source: KnownSource, context: Context): ReturnType<typeof mirrorOf> {
  return mirrorOf(passFor(source, {}, context));
}

function problemsOfOrder(end: PullEnd, kind: OrderKind, revision: string): readonly Diagnostic[] {
  if (end.kind === "good" && end.revision.revision === revision) return [];
  if (kind === "accept" && end.newest !== undefined && end.newest !== revision) {
    const failed = fail(
      "unknown-revision",
      `the source is at ${shortCommit(end.newest)}, not at ${shortCommit(revision)}`,
      {
        detail: "Only the newest revision can be accepted.",
        hint: wording`${fleetCommand("source pin")} ${shortCommit(revision)} stays at an earlier one`,
      },
    );
    return failed.ok ? [] : failed.diagnostics;
  }
  return end.kind === "good" ? [] : troubleDiagnostics(end.trouble);
}

/** Shows what the watch will do. With --json, the state of the source is the one object. */
async function showPlanOfRevision(
  { files }: Extract<PullEnd, { kind: "good" }>,
  { paths, settings }: KnownSource,
  context: Context,
): Promise<ExitCode> {
  if (context.output.options.json) return exitCodes.ok;
  const texts = new Map(
    files.texts.map(({ name, text }) => [`${paths.pulled}/${name ?? "fleet.yaml"}`, text]),
  );
  const flags = { ...context.flags, file: paths.fleetFile, texts, sourceHost: settings.host };
  return planCommand({ ...context, flags }, { names: [] }, {});
}
