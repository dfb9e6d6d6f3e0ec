import { dirname } from "node:path/posix";
import type { FleetConfig } from "../../config/types.ts";
import { inputPaths } from "../../desired/inputs.ts";
import { expandHome } from "../../text/paths.ts";
import { agentUnit, dropInPath, layoutOf, sharedPaths, type Layout } from "../../desired/layout.ts";
import { instancesOf } from "../../desired/instances.ts";
import { findOverrides, namesThatBear } from "../../observe/in-force/override-files.ts";
import { namedByTemporary } from "../../drivers/files/temporary.ts";
import type { Machine } from "../../machine/machine.ts";

/** A path whose changes lead to a look. */
export interface WatchedPath {
  /** Absolute. It need not exist. */
  readonly path: string;
  readonly cause: "edit" | "drift";
  /** Selects the relevant names in a folder. Undefined if only the path itself matters. */
  readonly children?: (name: string) => boolean;
}

/** Returns the paths edited by people: fleet.yaml with the files it includes, and the files it refers to. */
export function inputPathsToWatch(
  fleetPaths: readonly string[],
  config: FleetConfig | undefined,
  machine: Machine,
): readonly WatchedPath[] {
  if (config === undefined) return fleetPaths.map((path) => ({ path, cause: "edit" }));
  const { envFiles, workdirs, worktrees = [] } = inputPaths(config, machine.home);
  const places = worktrees.flatMap(({ repo, path }) => [repo, path]);
  const tmuxConfig = config.tmux.config === undefined ? [] : [expandHome(config.tmux.config, machine.home)];
  return [...fleetPaths, ...envFiles, ...tmuxConfig, ...workdirs, ...places].map((path) => ({
    path,
    cause: "edit",
  }));
}

/**
 * Returns the paths that show a change of the machine: the fleet's own files, files that override them, the tmux socket,
 * and systemd's records of each running unit.
 *
 * `$XDG_RUNTIME_DIR/systemd/units` has a link for each invocation of a unit. systemd makes it at each start and removes
 * it at each end (seen with systemd 252; in its source unit_export_invocation_id). It exists for the journal, so it is
 * only a hint. The user manager makes its own socket again when it is restarted.
 */
export function machinePathsToWatch(config: FleetConfig, machine: Machine): readonly WatchedPath[] {
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  const { unitDir, wantsDir, envDir, runtimeDir, socket } = layout;
  // A failing write makes and removes a temporary file, and this must not set off the next write.
  const any = (name: string): boolean => namedByTemporary(name) === undefined;
  const isUnit = unitNames(layout);
  const bearsOn = namesThatBear(layout);
  const isForUnits = (name: string): boolean => bearsOn(name.replace(/\.d$/, ""));
  const ownDropIns = instancesOf(config).map(({ name }) => dirname(dropInPath(layout, name)));
  const dropIns = [...new Set([...ownDropIns, ...foldersOfOverrides(layout)])];
  // Packages write to the others, and transient units come and go all the time.
  const writable = layout.unitPath.filter(
    (path) => path.endsWith("/user.control") || path.includes("/.local/"),
  );
  const systemd = `${machine.runtimeDir}/systemd`;
  const folders: readonly Omit<WatchedPath, "cause">[] = [
    ...[unitDir, ...writable, `${systemd}/user`].map((path) => ({ path, children: isForUnits })),
    { path: wantsDir, children: isUnit },
    { path: envDir, children: any },
    ...dropIns.map((path) => ({ path, children: any })),
    { path: `${systemd}/units`, children: (name) => isUnit(name.replace(/^invocation:/, "")) },
    { path: runtimeDir, children: any },
  ];
  const files = [...sharedPaths(layout), `/tmp/tmux-${machine.uid}/${socket}`, `${systemd}/private`];
  return [...folders, ...files.map((path) => ({ path }))].map((each) => ({ ...each, cause: "drift" }));
}

/** Returns the existing folders of drop-ins. The look at the machine reports an unreadable folder. */
function foldersOfOverrides(layout: Layout): readonly string[] {
  try {
    return findOverrides(layout).folders;
  } catch {
    return [];
  }
}

function unitNames(layout: Layout): (name: string) => boolean {
  const agents = agentUnit(layout, "");
  const prefix = agents.slice(0, agents.indexOf("@") + 1);
  return (name) => name === layout.holderUnit || name === layout.templateUnit || name.startsWith(prefix);
}
