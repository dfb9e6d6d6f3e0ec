import { resolve } from "node:path";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import { layoutOf, type Layout } from "../../desired/layout.ts";
import {
  renderWatchService,
  watchLinkPath,
  watchUnit,
  watchUnitPath,
  type WatchCommandLine,
} from "../../desired/files/watch-service.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { readPath } from "../../drivers/files/read.ts";
import { placeText } from "../../metrics/place.ts";
import { observeLingering } from "../../observe/lingering.ts";
import { listUnits } from "../../drivers/systemd/list-units.ts";
import { installedFleets } from "../../observe/watch/watcher.ts";
import { planInstall, planUninstall, type ObservedService } from "../../plan/commands/plan-watch-service.ts";
import type { Plan } from "../../plan/types.ts";
import { isUp, unitPhase } from "../../plan/view/unit-phase.ts";
import { applyJson } from "../../report/apply/apply-json.ts";
import { watchEndsAtLogout } from "../../report/status/lingering-text.ts";
import {
  installedText,
  ofOneVersionText,
  serviceProblem,
  uninstalledText,
} from "../../report/watch/watch-service-text.ts";
import { pulledFile } from "../../source/source-paths.ts";
import { isOfOneVersion, lastingPath } from "../../system/lasting-path.ts";
import { lockFleet } from "../../apply/lock/lock.ts";
import { findFleet, loadFleet } from "../../config/file/load.ts";
import { report, type Context } from "../shared/context.ts";
import { execute, exitCodeOfShortfall } from "../apply/execute.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { withFleetLock } from "../shared/with-fleet-lock.ts";
import type { WatchFlags } from "../shared/flags.ts";

/** Wait for a run that changes the fleet, ms: usually the watch itself. */
const patience = { lockTimeout: 60_000, anyFile: true };

/** Runs `fleet watch --install`: makes systemd run the watch, from now on and at each boot. */
export async function installWatch(given: Context, flags: WatchFlags): Promise<ExitCode> {
  const pulled = flags.source === undefined ? undefined : pulledFile(resolve(flags.source));
  const context = pulled === undefined ? given : { ...given, flags: { ...given.flags, file: pulled } };
  const { machine, exec, output } = context;
  const { configHome, cacheHome } = machine;
  const file = await findFleet({ path: context.flags.file, configHome, cacheHome });
  if (!file.ok) return report(context, file.diagnostics);
  const path = resolve(file.value);
  return withFleetLock(context, "fleet watch --install", patience, async ({ layout }) => {
    const seen = await observeService(layout, context);
    if (!seen.ok) return report(context, seen.diagnostics);
    const command = commandLine(path, flags, context);
    const service = renderWatchService(layout, command);
    const plan = planInstall(layout, service, seen.value);
    if (!plan.ok) return report(context, plan.diagnostics);
    const reachable = await checkUnitPath(plan.value, { layout, exec }, machine);
    if (!reachable.ok) return report(context, reachable.diagnostics);
    const code = await applyServicePlan(plan.value, "up", layout, context);
    if (code !== exitCodes.ok) return code;
    output.text(installedText(service.unit, path));
    for (const line of ofOneVersionText(command.program.filter(isOfOneVersion))) output.remark(line);
    for (const line of watchEndsAtLogout(await observeLingering(exec, machine.uid))) output.remark(line);
    return code;
  });
}

/**
 * Runs `fleet watch --uninstall`: removes the service. The fleet continues as it is. If fleet.yaml is broken
 * or gone, takes the fleet with an installed service, by this file if one is named, if there is only one.
 */
export async function uninstallWatch(context: Context): Promise<ExitCode> {
  const { machine, flags } = context;
  const { configHome, cacheHome } = machine;
  const loaded = await loadFleet({ path: flags.file, configHome, cacheHome });
  const [only, ...others] = loaded.ok ? [] : installedFleets(machine, flags.file && resolve(flags.file));
  if (only === undefined || others.length > 0) {
    return withFleetLock(context, "fleet watch --uninstall", patience, ({ layout }) =>
      uninstallLocked(layout, context),
    );
  }
  const layout = layoutOf(only, `${only}-factory`, machine);
  const onWait = (holder: string): void => context.output.remark(`Waiting for ${holder} to end.`);
  const lock = await lockFleet(layout, "fleet watch --uninstall", patience.lockTimeout, onWait);
  if (!lock.ok) return report(context, lock.diagnostics);
  try {
    return await uninstallLocked(layout, context);
  } finally {
    lock.value.release();
  }
}

async function uninstallLocked(layout: Layout, context: Context): Promise<ExitCode> {
  const seen = await observeService(layout, context);
  if (!seen.ok) return report(context, seen.diagnostics);
  const plan = planUninstall(layout, seen.value);
  if (!plan.ok) return report(context, plan.diagnostics);
  const code = await applyServicePlan(plan.value, "down", layout, context);
  if (code !== exitCodes.ok) return code;
  context.output.text(uninstalledText(watchUnit(layout), plan.value.actions.length > 0));
  return code;
}

async function observeService(layout: Layout, { exec }: Context): Promise<Result<ObservedService>> {
  const unit = watchUnit(layout);
  const units = await listUnits(exec, [unit]);
  if (!units.ok) return units;
  return ok({
    file: readPath(watchUnitPath(layout)),
    link: readPath(watchLinkPath(layout)),
    unit: units.value.find(({ name }) => name === unit),
  });
}

/**
 * Returns the command line of the watch as it would run here and now: the same node, the same tmux, the same
 * folders.
 */
function commandLine(path: string, flags: WatchFlags, { machine }: Context): WatchCommandLine {
  const { debounce, resync, events = true, metrics } = flags;
  const { env } = process;
  const kept = ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "MOSAIC_FLEET_TIMEOUT_FACTOR"];
  return {
    program: [lastingPath(process.execPath, env), process.argv[1] ?? ""],
    args: [
      ...(flags.source === undefined ? ["--file", path] : ["--source", resolve(flags.source)]),
      ...(debounce === undefined ? [] : ["--debounce", `${debounce}ms`]),
      ...(resync === undefined ? [] : ["--resync", `${resync}ms`]),
      ...(events ? [] : ["--no-events"]),
      ...(metrics === undefined ? [] : ["--metrics", placeText(metrics)]),
    ],
    env: Object.fromEntries([
      ["PATH", programFolders(env["PATH"] ?? "")],
      ...(machine.configHomeIsCustom ? kept : kept.slice(1)).flatMap((name) => {
        const value = env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ]) as Record<string, string>,
  };
}

/** Drops relative folders, because they mean something else to a service. */
function programFolders(path: string): string {
  return path
    .split(":")
    .filter((folder) => folder.startsWith("/"))
    .join(":");
}

async function applyServicePlan(
  plan: Plan,
  wanted: "up" | "down",
  layout: Layout,
  context: Context,
): Promise<ExitCode> {
  const { output, exec } = context;
  const execution = await execute(plan, { layout, exec }, context, {
    command: `fleet watch ${wanted === "up" ? "--install" : "--uninstall"}`,
    config: undefined,
  });
  const shortfall = exitCodeOfShortfall(execution);
  const problems = shortfall === undefined ? await notAsWanted(wanted, layout, context) : [];
  output.json(applyJson(plan, execution.outcome, [], [...execution.problems, ...problems]));
  if (!output.options.json && problems.length > 0) output.diagnostics(problems);
  return shortfall ?? exitCodeOfProblems(problems);
}

/** Returns the problem of a unit that systemd has not started or stopped. No action failed: only its state shows it. */
async function notAsWanted(
  wanted: "up" | "down",
  layout: Layout,
  context: Context,
): Promise<readonly Diagnostic[]> {
  const seen = await observeService(layout, context);
  if (!seen.ok) return seen.diagnostics;
  const phase = unitPhase(seen.value.unit);
  if (wanted === "up" ? phase === "running" : !isUp(phase)) return [];
  return [serviceProblem(watchUnit(layout), wanted, phase)];
}

function exitCodeOfProblems([first]: readonly Diagnostic[]): ExitCode {
  return first === undefined ? exitCodes.ok : exitCodeOf(first.code);
}
