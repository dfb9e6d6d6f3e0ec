import type { EnvFileInput, Inputs } from "../desired/inputs.ts";
import { isEdited } from "../desired/marks/file-mark.ts";
import type { Desired, DesiredFile } from "../desired/types.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Observed, ObservedFile } from "../observed/types.ts";
import type { Machine } from "../machine/machine.ts";
import { fromJson, toJson } from "./json.ts";
import { sealText } from "./seal.ts";

/** A machine as far as it concerns one fleet, at one moment, to be planned against elsewhere. */
export interface Snapshot {
  readonly formatVersion: "1.0";
  /** Version of the tool, because another one may observe other things. */
  readonly version: string;
  readonly host: string;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly fleet: string;
  readonly socket: string;
  readonly machine: Machine;
  /** The absolute folder of fleet.yaml on that machine. Older snapshots do not have it. */
  readonly folder?: string | undefined;
  readonly observed: Observed;
}

/** The data of a snapshot besides the observation. */
export type Label = Pick<Snapshot, "version" | "host" | "takenAt" | "machine" | "folder">;

/** Returns the text of a snapshot. No secret is readable in it: see sealText. */
export function renderSnapshot(observed: Observed, desired: Desired, label: Label): string {
  const { fleet, socket } = desired.layout;
  const snapshot: Snapshot = {
    formatVersion: "1.0",
    ...label,
    fleet,
    socket,
    observed: { ...observed, files: sealedFiles(observed.files, desired) },
  };
  return `${toJson(snapshot)}\n`;
}

/** Reads one back. `shown` is its path, for messages. */
export function parseSnapshot(text: string, shown: string, version: string): Result<Snapshot> {
  const value = parsedSnapshot(text);
  if (value?.formatVersion !== "1.0" || typeof value.fleet !== "string" || !hasAllParts(value)) {
    return fail("foreign-plan", `${shown} is not a snapshot of a fleet`, {
      hint: "make one on the machine in question: fleet snapshot > live.json",
    });
  }
  if (value.version !== version) {
    return fail(
      "foreign-plan",
      `${shown} was taken by mosaic-fleet ${value.version}, and this is ${version}`,
      {
        hint: "use the same version in both places, and take it again",
      },
    );
  }
  return ok(value as Snapshot);
}

/** Returns true for a complete snapshot: a truncated or edited one may lack parts. */
function hasAllParts({ observed, machine, socket, host, takenAt }: Partial<Snapshot>): boolean {
  if (observed === undefined || machine === undefined) return false;
  const maps: readonly unknown[] = [
    observed.units,
    observed.files,
    observed.runtime,
    observed.inputs?.envFiles,
    observed.inputs?.workdirs,
  ];
  return (
    maps.every((each) => each instanceof Map) &&
    typeof observed.tmux?.kind === "string" &&
    [machine.home, machine.configHome, machine.runtimeDir, socket, host, takenAt].every(
      (each) => typeof each === "string",
    )
  );
}

function parsedSnapshot(text: string): Partial<Snapshot> | undefined {
  try {
    return fromJson(text) as Partial<Snapshot>;
  } catch {
    return undefined;
  }
}

function sealedFiles(
  files: Observed["files"],
  { agents, layout }: Desired,
): ReadonlyMap<string, ObservedFile> {
  const declared = new Map(agents.map(({ env }) => [env.path, env.content]));
  return new Map([...files].map(([path, file]) => [path, file.kind === "file" ? seal(path, file) : file]));

  function seal(path: string, file: ObservedFile & { readonly kind: "file" }): ObservedFile {
    const isEnvFile = path.startsWith(`${layout.envDir}/`) && path.endsWith(".env");
    // An edited file may have a secret under another name. A diff with the declaration masks it too.
    const beside = isEdited(file.content) ? declared.get(path) : undefined;
    return { ...file, content: sealText(file.content, isEnvFile, beside) };
  }
}

/**
 * Returns the desired state for a plan against a snapshot. Seals only the files the snapshot has: all others are
 * compared with nothing, and a plan shows the same of a text with and without seals.
 */
export function sealDesired(desired: Desired, { files }: Pick<Observed, "files">): Desired {
  const seal = (file: DesiredFile): DesiredFile =>
    files.get(file.path)?.kind === "file"
      ? { ...file, content: sealText(file.content, file.role === "env") }
      : file;
  return {
    ...desired,
    shared: desired.shared.map(seal),
    agents: desired.agents.map((agent) => {
      const [env, dropIn] = [seal(agent.env), agent.dropIn && seal(agent.dropIn)];
      const unitFile = agent.unitFile && seal(agent.unitFile);
      const timer = agent.timer && { ...agent.timer, file: seal(agent.timer.file) };
      const isAsBefore =
        timer === undefined && env === agent.env && dropIn === agent.dropIn && unitFile === agent.unitFile;
      return isAsBefore ? agent : { ...agent, env, dropIn, unitFile, timer };
    }),
  };
}

/**
 * Completes the inputs of a configuration referring to more than the observed files. Assumes that unknown
 * ones exist.
 */
export function completeInputs(
  known: Inputs,
  wanted: { readonly envFiles: readonly string[]; readonly workdirs: readonly string[] },
): { readonly inputs: Inputs; readonly unknown: readonly string[] } {
  const envFiles = wanted.envFiles.filter((path) => !known.envFiles.has(path));
  const workdirs = wanted.workdirs.filter((path) => !known.workdirs.has(path));
  return {
    inputs: {
      ...(known.environments === undefined ? {} : { environments: known.environments }),
      envFiles: new Map<string, EnvFileInput>([
        ...known.envFiles,
        ...envFiles.map((path) => [path, { kind: "content", digest: "unknown" }] as const),
      ]),
      workdirs: new Map([...known.workdirs, ...workdirs.map((path) => [path, "directory"] as const)]),
    },
    unknown: [...envFiles, ...workdirs].toSorted(),
  };
}
