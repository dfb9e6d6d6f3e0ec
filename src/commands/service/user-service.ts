import { resolve } from "node:path";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import { layoutOf, type Layout } from "../../desired/layout.ts";
import {
  servicePlace,
  type ServiceCommandLine,
  type ServicePlace,
  type UserService,
} from "../../desired/files/watch-service.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { readPath } from "../../drivers/files/read.ts";
import { observeLingering } from "../../observe/lingering.ts";
import { listUnits } from "../../drivers/systemd/list-units.ts";
import { installedFleets } from "../../observe/watch/watcher.ts";
import {
  isInstalledAs,
  planInstall,
  planUninstall,
  type ObservedService,
} from "../../plan/commands/plan-watch-service.ts";
import type { Plan } from "../../plan/types.ts";
import { isUp, unitPhase } from "../../plan/view/unit-phase.ts";
import { applyJson } from "../../report/apply/apply-json.ts";
import { serviceEndsAtLogout } from "../../report/status/machine-text.ts";
import { ofOneVersionText, serviceProblem, uninstalledText } from "../../report/watch/watch-service-text.ts";
import { isOfOneVersion, lastingPath } from "../../system/lasting-path.ts";
import { lockFleet } from "../../apply/lock/lock.ts";
import { findFleet, loadFleet } from "../../config/file/load.ts";
import { report, type Context } from "../shared/context.ts";
import { execute, exitCodeOfShortfall } from "../apply/execute.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { withFleetLock } from "../shared/with-fleet-lock.ts";

/** Wait for a run that changes the fleet, ms: usually the watch itself. */
const serviceWait = { lockTimeout: 60_000, anyFile: true };

/** A service that runs a command of this program for a fleet. */
export interface ServiceKind {
  readonly command: "fleet watch" | "fleet ui";
  /** The end of the name of its unit, after the name of the fleet. */
  readonly suffix: string;
  readonly render: (layout: Layout, line: ServiceCommandLine) => UserService;
  readonly installed: (unit: string, file: string) => readonly string[];
  /** The absolute path of the program's script; by default that of this process. */
  readonly script?: string | undefined;
}

/** Writes, enables and starts a service that runs its command with the arguments for its file, from now on and at each boot. */
export async function installService(
  context: Context,
  kind: ServiceKind,
  argsFor: (file: string) => readonly string[],
): Promise<ExitCode> {
  const { machine, exec, output } = context;
  const { configHome, cacheHome } = machine;
  const file = await findFleet({ path: context.flags.file, configHome, cacheHome });
  if (!file.ok) return report(context, file.diagnostics);
  const path = resolve(file.value);
  const { command } = kind;
  return withFleetLock(context, `${command} --install`, serviceWait, async ({ layout }) => {
    const place = placeOfUnits(layout, kind);
    const seen = await observeService(place, context);
    if (!seen.ok) return report(context, seen.diagnostics);
    const line = serviceCommandLine(argsFor(path), kind, context);
    const service = kind.render(layout, line);
    const plan = planInstall(layout, service, seen.value);
    if (!plan.ok) return report(context, plan.diagnostics);
    const reachable = await checkUnitPath(plan.value, { layout, exec }, machine);
    if (!reachable.ok) return report(context, reachable.diagnostics);
    const code = await applyServicePlan(plan.value, "up", { kind, layout }, context);
    if (code !== exitCodes.ok) return code;
    output.text(kind.installed(service.unit, path));
    for (const each of ofOneVersionText(line.program.filter(isOfOneVersion), command)) output.remark(each);
    for (const each of serviceEndsAtLogout(
      await observeLingering(exec, machine.uid),
      kind.command === "fleet ui" ? "page" : "watch",
    ))
      output.remark(each);
    return code;
  });
}

/** Returns true if the service runs exactly as it would be installed now with these arguments. */
export async function isServiceInstalled(
  layout: Layout,
  kind: ServiceKind,
  args: readonly string[],
  context: Context,
): Promise<Result<boolean>> {
  const seen = await observeService(placeOfUnits(layout, kind), context);
  if (!seen.ok) return seen;
  return ok(isInstalledAs(kind.render(layout, serviceCommandLine(args, kind, context)), seen.value));
}

/**
 * Stops and removes a service. The fleet continues as it is. If fleet.yaml is broken or gone, takes the fleet with an
 * installed service, by this file if one is named, if there is only one.
 */
export async function uninstallService(context: Context, kind: ServiceKind): Promise<ExitCode> {
  const { machine, flags } = context;
  const { configHome, cacheHome } = machine;
  const command = `${kind.command} --uninstall`;
  const loaded = await loadFleet({ path: flags.file, configHome, cacheHome });
  const followed = flags.file && resolve(flags.file);
  const [only, ...others] = loaded.ok ? [] : installedFleets(machine, followed, kind.suffix);
  if (only === undefined || others.length > 0) {
    return withFleetLock(context, command, serviceWait, ({ layout }) =>
      uninstallLocked(layout, kind, context),
    );
  }
  const layout = layoutOf(only, `${only}-factory`, machine);
  const onWait = (holder: string): void => context.output.remark(`Waiting for ${holder} to end.`);
  const lock = await lockFleet(layout, command, serviceWait.lockTimeout, onWait);
  if (!lock.ok) return report(context, lock.diagnostics);
  try {
    return await uninstallLocked(layout, kind, context);
  } finally {
    lock.value.release();
  }
}

async function uninstallLocked(layout: Layout, kind: ServiceKind, context: Context): Promise<ExitCode> {
  const place = placeOfUnits(layout, kind);
  const seen = await observeService(place, context);
  if (!seen.ok) return report(context, seen.diagnostics);
  const plan = planUninstall(layout, place, seen.value);
  if (!plan.ok) return report(context, plan.diagnostics);
  const code = await applyServicePlan(plan.value, "down", { kind, layout }, context);
  if (code !== exitCodes.ok) return code;
  context.output.text(uninstalledText(place.unit, plan.value.actions.length > 0));
  return code;
}

async function observeService(
  { linkPath, path, unit }: ServicePlace,
  { exec }: Context,
): Promise<Result<ObservedService>> {
  const units = await listUnits(exec, [unit]);
  if (!units.ok) return units;
  return ok({
    file: readPath(path),
    link: readPath(linkPath),
    unit: units.value.find(({ name }) => name === unit),
  });
}

function placeOfUnits(layout: Layout, { suffix }: ServiceKind): ServicePlace {
  return servicePlace(layout, `${layout.fleet}${suffix}`);
}

/** Returns a command line as it would run here and now: the same node, the same tmux, the same folders. */
function serviceCommandLine(
  args: readonly string[],
  { script = process.argv[1] ?? "" }: ServiceKind,
  { machine }: Context,
): ServiceCommandLine {
  const { env } = process;
  const kept = ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "MOSAIC_FLEET_TIMEOUT_FACTOR"];
  return {
    program: [lastingPath(process.execPath, env), script],
    args,
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
  { kind, layout }: { readonly kind: ServiceKind; readonly layout: Layout },
  context: Context,
): Promise<ExitCode> {
  const { output, exec } = context;
  const execution = await execute(plan, { layout, exec }, context, {
    command: `${kind.command} ${wanted === "up" ? "--install" : "--uninstall"}`,
    config: undefined,
  });
  const shortfall = exitCodeOfShortfall(execution);
  const problems =
    shortfall === undefined ? await notAsWanted(wanted, placeOfUnits(layout, kind), context) : [];
  output.json(applyJson(plan, execution.outcome, [], [...execution.problems, ...problems]));
  if (!output.options.json && problems.length > 0) output.diagnostics(problems);
  return shortfall ?? exitCodeOfProblems(problems);
}

/** Returns the problem of a unit systemd has not started or stopped. No action failed: only its state shows it. */
async function notAsWanted(
  wanted: "up" | "down",
  place: ServicePlace,
  context: Context,
): Promise<readonly Diagnostic[]> {
  const seen = await observeService(place, context);
  if (!seen.ok) return seen.diagnostics;
  const phase = unitPhase(seen.value.unit);
  if (wanted === "up" ? phase === "running" : !isUp(phase)) return [];
  return [serviceProblem(place.unit, wanted, phase)];
}

function exitCodeOfProblems([first]: readonly Diagnostic[]): ExitCode {
  return first === undefined ? exitCodes.ok : exitCodeOf(first.code);
}
