import { digestOf, fileOf } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { historyPath, type Layout } from "../../desired/layout.ts";
import { version } from "../../desired/version.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { appendLine } from "../../drivers/files/append-line.ts";
import type { LookCause } from "../../events/watch-events.ts";
import { composeRecord, type RunResult } from "../../history/compose-record.ts";
import type { RunBy } from "../../history/run-record.ts";
import { gitRevision } from "../../observe/files/git-revision.ts";
import { keepState } from "./keep-texts.ts";
import { invokingUser } from "../../system/environment.ts";

/** The size at which a file of records makes room for a new one, bytes. One older file is kept. */
const maxBytes = 1024 * 1024;

/** A run to record. */
export interface RunOrigin {
  readonly command: string;
  /** The reasons for a reconcile of the watch. */
  readonly causes?: readonly LookCause[];
  /** The configuration behind the plan; undefined for a command without one. */
  readonly config: FleetConfig | undefined;
  /** The commit of fleet.yaml, null for none; undefined to look at the Git repository around the file. */
  readonly revision?: string | null | undefined;
  /** ms since the epoch. */
  readonly beganMs: number;
  readonly ms: number;
}

/**
 * Keeps the texts of the fleet files behind a run, if it has changed or tried something. For the fleet's only writer.
 * Never throws.
 */
export async function keepTextsOfRun(
  layout: Layout,
  outcome: RunResult["outcome"],
  config: FleetConfig | undefined,
): Promise<Result<void>> {
  return config === undefined || !isToRecord(outcome) ? ok(undefined) : keepState(layout, config);
}

function isToRecord({ done, failed }: RunResult["outcome"]): boolean {
  return done.length + failed.length > 0;
}

/**
 * Adds the record of a run to the history of its fleet, if the run has changed or tried something, and keeps the texts of
 * its fleet files. `kept` is the end of `keepTextsOfRun`, for a caller that has begun it. For the fleet's only writer.
 * Never throws: a run does not fail because nothing could be noted about it.
 */
export async function recordRun(
  layout: Layout,
  result: RunResult,
  origin: RunOrigin,
  kept?: Promise<Result<void>>,
): Promise<Result<void>> {
  if (!isToRecord(result.outcome)) return ok(undefined);
  const { config, revision, ...facts } = origin;
  const file = config && fileOf(config);
  const record = composeRecord(result, {
    ...facts,
    by: caller(process.env),
    version,
    file,
    digest: config && digestOf(config),
    revision: revision === undefined && file !== undefined ? gitRevision(file) : revision,
  });
  const added = appendLine(historyPath(layout), JSON.stringify(record), maxBytes);
  const keeping = await (kept ?? keepTextsOfRun(layout, result.outcome, config));
  return added.ok ? keeping : added;
}

/** Returns the problem with a record as a warning. */
export function recordWarning(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const hint =
    "the run is not affected, but its history is incomplete: check the owner, the mode and the space there";
  return problems.map((problem) => ({ ...problem, hint: problem.hint ?? hint, severity: "warning" }));
}

function caller(env: NodeJS.ProcessEnv): RunBy {
  const { SUDO_USER: sudoUser, MOSAIC_AGENT_NAME: agent, MOSAIC_FLEET_VIA: via } = env;
  return {
    user: invokingUser() ?? null,
    uid: process.getuid?.() ?? 0,
    ...(sudoUser === undefined ? {} : { sudoUser }),
    ...(agent === undefined ? {} : { agent }),
    ...(via === "page" ? { via } : {}),
  };
}
