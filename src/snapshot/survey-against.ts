import { readFileSync } from "node:fs";
import type { LoadedFleet } from "../config/file/load.ts";
import { withAbsolutePaths } from "../config/file/absolute-paths.ts";
import type { FleetConfig } from "../config/types.ts";
import { inputPaths } from "../desired/inputs.ts";
import { resolveFleet } from "../desired/agent/resolve.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Survey } from "../observed/survey.ts";
import type { Observed } from "../observed/types.ts";
import type { Machine } from "../machine/machine.ts";
import { version } from "../desired/version.ts";
import type { Note } from "../plan/note.ts";
import { completeInputs, parseSnapshot, sealDesired } from "./snapshot.ts";
import { errorMessage, fileTrouble } from "../text/error-message.ts";

/** The origin of a snapshot; undefined for an empty machine. */
type Base = Extract<Note, { kind: "assumed" }>["base"];

/** Both sides of a comparison without a machine, with notes on them. */
export interface SurveyAgainst extends Survey {
  readonly notes: readonly Note[];
}

/**
 * Compares a configuration with a snapshot in a file, or with an empty machine (`empty`). Reads no machine:
 * if the configuration refers to files unknown to the snapshot, assumes that they exist, and notes it.
 */
export function surveyAgainst(
  against: string,
  { config: ownConfig, declared }: Pick<LoadedFleet, "config" | "declared">,
  here: Machine,
): Result<SurveyAgainst> {
  if (against === "empty") return ok(surveyOf(ownConfig, here, nothingObserved, undefined));
  const text = readSnapshotText(against);
  if (!text.ok) return text;
  const snapshot = parseSnapshot(text.value, against, version);
  if (!snapshot.ok) return snapshot;
  const { fleet, socket, machine, observed, host, takenAt, folder } = snapshot.value;
  // Relative paths are those of the machine in question, wherever the file is here.
  const config = folder === undefined ? ownConfig : withAbsolutePaths(declared, folder);
  if (fleet !== config.name || socket !== config.tmux.socket) {
    return fail("foreign-plan", `${against} is of fleet ${fleet} on socket ${socket}`, {
      detail: `fleet.yaml declares fleet ${config.name} on socket ${config.tmux.socket}.`,
      hint: "take a snapshot with this fleet.yaml: fleet snapshot > live.json",
    });
  }
  try {
    return ok(surveyOf(config, machine, observed, { host, takenAt }));
  } catch (error) {
    // It has the form of a snapshot, but was edited.
    return fail("foreign-plan", `the snapshot ${against} is damaged`, {
      detail: errorMessage(error),
      hint: "take it again on the machine in question: fleet snapshot > live.json",
    });
  }
}

function surveyOf(config: FleetConfig, machine: Machine, seen: Observed, base: Base): SurveyAgainst {
  const { inputs, unknown } = completeInputs(seen.inputs, inputPaths(config, machine.home));
  const observed = { ...seen, inputs };
  const desired = sealDesired(resolveFleet(config, machine, inputs), observed);
  const notes = unknown.map((path): Note => ({ kind: "assumed", path, base }));
  return { config, desired, observed, notes: seen === nothingObserved ? [] : notes };
}

/** An empty machine. */
const nothingObserved: Observed = {
  now: 0,
  units: new Map(),
  tmux: { kind: "absent" },
  files: new Map(),
  runtime: new Map(),
  inputs: { envFiles: new Map(), workdirs: new Map() },
  reloadPending: false,
  selfUnit: undefined,
};

function readSnapshotText(path: string): Result<string> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    return fail("file-not-found", `cannot read the snapshot ${path}: ${fileTrouble(error)}`, {
      hint: "make one on the machine in question: fleet snapshot > live.json",
    });
  }
}
