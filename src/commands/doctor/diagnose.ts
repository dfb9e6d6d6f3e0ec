import type { FleetConfig } from "../../config/types.ts";
import { type LoadedFleet, loadFleet } from "../../config/file/load.ts";
import type { Layout } from "../../desired/layout.ts";
import { watchUnit } from "../../desired/files/watch-service.ts";
import { type CheckName, checksOf, type Diagnosis, type Finding } from "../../doctor/finding.ts";
import { composeDiagnosis } from "../../doctor/compose-diagnosis.ts";
import { fleetFindings } from "../../doctor/fleet-findings.ts";
import { machineFindings, problemFindings } from "../../doctor/machine-findings.ts";
import { programsToAsk, versionFindings } from "../../doctor/preset-versions.ts";
import { programFindings, programUses } from "../../doctor/program-findings.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { listUnits } from "../../drivers/systemd/list-units.ts";
import { showOption } from "../../drivers/tmux/show-option.ts";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import { findProgram } from "../../observe/doctor/find-program.ts";
import { observeLogs } from "../../observe/doctor/log-facts.ts";
import { observeMachine } from "../../observe/doctor/machine-facts.ts";
import { askVersion } from "../../observe/doctor/program-versions.ts";
import { hasTerminalEntry } from "../../observe/doctor/terminal-entry.ts";
import { survey } from "../../observe/survey.ts";
import { readWatcher } from "../../observe/watch/watcher.ts";
import type { Survey } from "../../observed/survey.ts";
import { cautious } from "../../plan/cautious.ts";
import { agentStatuses } from "../../plan/explain/status.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { deadlineExec, type QuestionTimes } from "../../system/limited-exec.ts";
import { troubleDiagnostics } from "../../report/source/trouble-text.ts";
import { sourceStatusOf } from "../status/source-status.ts";
import type { Context } from "../shared/context.ts";

/** The time for the questions to systemd, tmux and logind, all at once: a longer check has no answer. */
const times: QuestionTimes = { all: 3_000, each: 1_000 };

/** A diagnosis, with the fleet for its remedies. */
export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  /** Undefined without a valid fleet.yaml, and if the fleet cannot be observed. */
  readonly fleet: DiagnosedFleet | undefined;
}

/** A fleet that was observed. */
export interface DiagnosedFleet {
  readonly config: FleetConfig;
  readonly layout: Layout;
}

/** Makes all checks, and changes nothing. Works without a fleet.yaml and without a user manager. */
export async function diagnose(context: Context): Promise<Diagnosed> {
  const { flags, machine } = context;
  const exec = deadlineExec(context.exec, times);
  const asked = observeMachine(exec, machine);
  const { home, configHome } = machine;
  const { file: path, texts, hostHere } = flags;
  const loaded = await loadFleet({ path, texts, hostHere, home, configHome });
  const surveyed = loaded.ok ? survey(loaded.value.config, { machine, exec, ignoresWork: true }) : undefined;
  const { facts, managerPath } = await asked;
  const ofMachine = machineFindings(facts);
  const ofFile = fleetFileFindings(loaded, flags.file);
  if (!loaded.ok || surveyed === undefined) {
    const findings = [...ofMachine, ...ofFile];
    return { diagnosis: composeDiagnosis(undefined, checksOf("machine"), findings), fleet: undefined };
  }
  const { config } = loaded.value;
  const programs = managerPath === undefined ? undefined : programPart(config, managerPath, context);
  const fleet = await fleetPart(await surveyed, facts.manager.ok, { ...context, exec });
  const checks = [
    ...checksOf("machine"),
    ...checksOf("file"),
    ...(programs === undefined ? [] : checksOf("programs")),
    ...fleet.checks,
  ];
  const source = await sourceFindings(config, machine);
  const findings = [...ofMachine, ...ofFile, ...((await programs) ?? []), ...fleet.findings, ...source];
  const { layout } = fleet;
  return {
    diagnosis: composeDiagnosis(config.name, checks, findings),
    fleet: layout && { config, layout },
  };
}

/** Asks all programs at once, and not through the bound of other checks. */
async function programPart(
  config: FleetConfig,
  managerPath: string,
  { exec }: Context,
): Promise<readonly Finding[]> {
  const uses = programUses(config, managerPath);
  const versions = programsToAsk(uses, findProgram).map(async (program) =>
    versionFindings(program, await askVersion(program, exec)),
  );
  return [
    ...programFindings(uses, findProgram, process.env["PATH"] ?? ""),
    ...(await Promise.all(versions)).flat(),
  ];
}

function fleetFileFindings(loaded: Result<LoadedFleet>, path: string | undefined): readonly Finding[] {
  const check = "fleet-file";
  if (loaded.ok) return loaded.value.warnings.flatMap((warning) => problemFindings(check, [warning]));
  const isNone = path === undefined && loaded.diagnostics[0]?.code === "file-not-found";
  return isNone
    ? [{ check, severity: "advice", kind: "no-fleet-file" }]
    : problemFindings(check, loaded.diagnostics);
}

interface FleetPart {
  readonly checks: readonly CheckName[];
  readonly findings: readonly Finding[];
  readonly layout: Layout | undefined;
}

async function fleetPart(
  surveyed: Result<Survey>,
  answers: boolean,
  { exec, machine }: Context,
): Promise<FleetPart> {
  if (!surveyed.ok) {
    // Without a user manager that is a finding already.
    const findings = surveyed.diagnostics
      .filter(({ code }) => answers || code !== "no-user-manager")
      .filter(({ code }) => code !== "no-tmux")
      .flatMap((problem) => problemFindings(checkOf(problem.code), [problem]));
    return { checks: [], findings, layout: undefined };
  }
  const { desired, observed } = surveyed.value;
  const { layout } = desired;
  const plan = planFleet(desired, observed, cautious);
  const [reachable, service, terminal] = await Promise.all([
    checkUnitPath(plan, { layout, exec }, machine),
    watchService(layout, exec),
    observed.tmux.kind === "server" ? showOption(exec, layout.socket, "default-terminal") : undefined,
  ]);
  const agents = agentStatuses(desired, observed, plan);
  const logs = observeLogs(desired, machine.uid);
  return {
    layout,
    checks: [...checksOf("fleet"), ...(terminal === undefined ? [] : checksOf("terminal"))],
    findings: [
      ...(reachable.ok ? [] : problemFindings("unit-path", reachable.diagnostics)),
      ...fleetFindings({ plan, agents, units: observed.units, logs, watchService: service }),
      ...terminalFinding(terminal, layout.socket, machine.home),
    ],
  };
}

/** Returns the reasons for not following the newest revision of the Git source. */
async function sourceFindings(config: FleetConfig, machine: Context["machine"]): Promise<readonly Finding[]> {
  const status = await sourceStatusOf(config, machine);
  return status?.trouble === undefined ? [] : problemFindings("watch", troubleDiagnostics(status.trouble));
}

function checkOf(code: string): Finding["check"] {
  if (code.startsWith("tmux-") || code === "foreign-tmux-server") return "tmux-server";
  return code === "no-user-manager" ? "user-manager" : "fleet";
}

async function watchService(
  layout: Layout,
  exec: Context["exec"],
): Promise<{ readonly unit: string; readonly active: string } | undefined> {
  if (readWatcher(layout)?.unit === undefined) return undefined;
  const unit = watchUnit(layout);
  const listed = await listUnits(exec, [unit]);
  if (!listed.ok) return undefined;
  return { unit, active: listed.value.find(({ name }) => name === unit)?.active ?? "inactive" };
}

function terminalFinding(terminal: string | undefined, socket: string, home: string): readonly Finding[] {
  if (terminal === undefined || hasTerminalEntry(terminal, home)) return [];
  return [{ check: "tmux-terminal", severity: "warning", kind: "no-terminal-entry", terminal, socket }];
}
