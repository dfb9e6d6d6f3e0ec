import { stringify } from "yaml";
import { parseFleet } from "../../../src/config/parse.ts";
import type { FleetConfig } from "../../../src/config/types.ts";
import { digest } from "../../../src/text/digests/digest.ts";
import { inputPaths, type Inputs } from "../../../src/desired/inputs.ts";
import { resolveFleet } from "../../../src/desired/agent/resolve.ts";
import type { Desired } from "../../../src/desired/types.ts";
import type { Machine } from "../../../src/machine/machine.ts";

/** The account of all fleets of these tests. */
export const account: Machine = {
  home: "/home/ada",
  uid: 1000,
  configHome: "/home/ada/.config",
  configHomeIsCustom: false,
  cacheHome: "/home/ada/.cache",
  runtimeDir: "/run/user/1000",
};

/** A fleet.yaml as plain values, without its version. */
export interface FleetFile {
  readonly name?: string;
  readonly tmux?: object;
  readonly start?: object;
  readonly runtimes?: Readonly<Record<string, object>>;
  readonly defaults?: object;
  readonly agents?: Readonly<Record<string, object>>;
  readonly services?: Readonly<Record<string, object>>;
}

/** Returns the configuration of a fleet.yaml; throws if it is wrong. */
export function configOf(fleet: FleetFile | string): FleetConfig {
  const text = typeof fleet === "string" ? fleet : stringify({ version: 1, ...fleet });
  const parsed = parseFleet(text, "fleet.yaml");
  if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.diagnostics, null, 2)}\n${text}`);
  return parsed.value;
}

/** The things on the machine that a fleet refers to: everything, except as given here. */
export interface Surroundings {
  /** Contents of envFiles by absolute path; undefined if there is no such file. */
  readonly envFiles?: Readonly<Record<string, string | undefined>>;
  readonly missingWorkdirs?: readonly string[];
}

/** Returns the inputs of a configuration in these surroundings. */
export function inputsOf(
  config: FleetConfig,
  { envFiles = {}, missingWorkdirs = [] }: Surroundings = {},
): Inputs {
  const paths = inputPaths(config, account.home);
  return {
    envFiles: new Map(
      paths.envFiles.map((path) => {
        const content = Object.hasOwn(envFiles, path) ? envFiles[path] : `of ${path}`;
        return [
          path,
          content === undefined ? { kind: "missing" } : { kind: "content", digest: digest(content) },
        ];
      }),
    ),
    workdirs: new Map(
      paths.workdirs.map((path) => [path, missingWorkdirs.includes(path) ? "missing" : "directory"]),
    ),
  };
}

/** Returns the desired state of a fleet.yaml. */
export function desiredOf(fleet: FleetFile | string, surroundings?: Surroundings): Desired {
  const config = configOf(fleet);
  return resolveFleet(config, account, inputsOf(config, surroundings));
}
