import { join } from "node:path/posix";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { explainOutcome } from "../explain-outcome.ts";

/** A complaint of systemd about a unit. */
export interface UnitFinding {
  readonly unit: string;
  /** The name of the drop-in at fault; undefined for the unit file, or for the unit as a whole. */
  readonly dropIn: string | undefined;
  /** 1-based; undefined for the unit as a whole. */
  readonly line: number | undefined;
  /** systemd's own words. */
  readonly message: string;
}

/** 1,000 units take about a second (measured). */
const timeoutMs = 120_000;

/** As many as fit into the arguments of one process, with up to 2 MB together; a path has up to 300 bytes. */
const mostAtOnce = 2_000;

/**
 * Returns the findings of `systemd-analyze --user verify` for units in CONFIGHOME/systemd/user, with their
 * drop-ins; undefined if there is no systemd-analyze. Needs no running user manager, and does not read this
 * account's own units. `runtimeDir` is an existing, unused folder.
 */
export async function verifyUnits(
  exec: Exec,
  configHome: string,
  runtimeDir: string,
  units: readonly string[],
): Promise<Result<readonly UnitFinding[] | undefined>> {
  const unitDir = join(configHome, "systemd/user");
  const findings: UnitFinding[] = [];
  for (let at = 0; at < units.length; at += mostAtOnce) {
    const outcome = await exec({
      file: "systemd-analyze",
      // Without this it runs man for each page in Documentation=.
      args: [
        "--user",
        "--man=no",
        "verify",
        ...units.slice(at, at + mostAtOnce).map((unit) => join(unitDir, unit)),
      ],
      timeoutMs,
      env: {
        HOME: configHome,
        XDG_CONFIG_HOME: configHome,
        XDG_RUNTIME_DIR: runtimeDir,
        // The colon at the end appends the folders of the system, for basic.target and the like.
        SYSTEMD_UNIT_PATH: `${unitDir}:`,
        SYSTEMD_LOG_LEVEL: "warning",
      },
    });
    if (outcome.kind === "not-found") return ok(undefined);
    if (outcome.kind !== "exited") return explainVerify(outcome);
    const found = parseFindings(outcome.stderr, unitDir);
    if (outcome.code !== 0 && found.length === 0) return explainVerify(outcome);
    findings.push(...found);
  }
  return ok(findings);
}

/**
 * Parses the output of systemd-analyze on stderr: `PATH:LINE: …`, `UNIT: …` and `Unit UNIT …`, each finding
 * once. Other lines only explain these (seen with systemd 252 to 257).
 */
export function parseFindings(stderr: string, unitDir: string): readonly UnitFinding[] {
  const lines = new Set(stderr.split("\n").map((line) => line.replace(`${unitDir}/`, "").trim()));
  return [...lines].flatMap((line) => {
    const { unit, dropIn, number, message } = findingPattern.exec(line)?.groups ?? {};
    if (unit === undefined || message === undefined) return [];
    return [{ unit, dropIn, line: number === undefined ? undefined : Number(number), message }];
  });
}

const findingPattern =
  /^(?:Unit |\S*\/)?(?<unit>[^\s:/]+\.(?:service|target|slice|scope|socket|timer|path|mount))(?:\.d\/(?<dropIn>[^/:]+))?(?::(?<number>\d+))?:? (?<message>.+)$/;

function explainVerify(outcome: CommandOutcome): Result<never> {
  const command = "systemd-analyze verify";
  switch (outcome.kind) {
    case "timed-out":
      return fail("command-timeout", `${command} did not end within ${outcome.timeoutMs / 1000} s`);
    case "not-found":
      return fail("missing-program", "systemd-analyze was not found");
    case "exited":
    case "killed":
    case "not-started":
      return explainOutcome(command, outcome);
  }
}
