import { inNaturalOrder } from "../text/natural-order.ts";
import { basename, dirname, relative } from "node:path/posix";
import type { Machine } from "../machine/machine.ts";
import {
  agentOfTimer,
  agentUnit,
  dropInPath,
  envPath,
  layoutOf,
  linkPath,
  sharedPaths,
  timerLinkPath,
  timerPath,
  timersDir,
  unitFilePath,
  type Layout,
} from "../desired/layout.ts";
import type { Desired, DesiredFile, DesiredLink } from "../desired/types.ts";

/** One file or link of a fleet, by its path below the configuration directory. */
export type RenderedThing =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly content: string;
      /** Permission bits. */
      readonly mode: number;
      /** Undefined for the shared files of all agents. */
      readonly agent: string | undefined;
    }
  | {
      readonly kind: "link";
      readonly path: string;
      readonly target: string;
      readonly agent: string;
    };

/** Returns everything that apply would install for a fleet, sorted by path. */
export function renderedThings({ layout, shared, agents }: Desired): readonly RenderedThing[] {
  const things = [
    ...shared.map((file) => renderedFile(file, undefined, layout)),
    ...agents.flatMap(({ name, env, dropIn, unitFile, timer, link }) => [
      renderedFile(env, name, layout),
      ...(unitFile === undefined ? [] : [renderedFile(unitFile, name, layout)]),
      ...(dropIn === undefined ? [] : [renderedFile(dropIn, name, layout)]),
      ...(timer === undefined
        ? []
        : [renderedFile(timer.file, name, layout), renderedLink(timer.link, name, layout)]),
      ...(link === undefined ? [] : [renderedLink(link, name, layout)]),
    ]),
  ];
  return inNaturalOrder(things, ({ path }) => path);
}

function renderedFile(
  { path, content, mode }: DesiredFile,
  agent: string | undefined,
  layout: Layout,
): RenderedThing {
  return { kind: "file", path: relative(configHomeOf(layout), path), content, mode, agent };
}

function renderedLink({ path, target }: DesiredLink, agent: string, layout: Layout): RenderedThing {
  return { kind: "link", path: relative(configHomeOf(layout), path), target, agent };
}

function configHomeOf({ unitDir }: Layout): string {
  return dirname(dirname(unitDir));
}

/** The kind of a fleet's file at a path below the configuration directory. */
export type RenderedPlace =
  | { readonly kind: "folder" }
  | { readonly kind: "file"; readonly agent: string | undefined }
  | { readonly kind: "link"; readonly agent: string };

/**
 * Returns a function from a path, below a folder in the form of the configuration directory, to the fleet's
 * file there.
 */
export function renderedPlaces(fleet: string, machine: Machine): (path: string) => RenderedPlace | undefined {
  // Paths are relative to the root.
  const layout = layoutOf(fleet, "", { ...machine, configHome: "/" });
  const shared = new Set(sharedPaths(layout));
  const folders = new Set(
    [layout.wantsDir, layout.envDir, dirname(layout.scriptPath)].flatMap((folder) => [
      folder,
      dirname(folder),
      dirname(dirname(folder)),
    ]),
  );
  const [before = "", after = ""] = agentUnit(layout, "\n").split("\n");
  return (below) => {
    const path = `/${below}`;
    if (folders.has(path)) return { kind: "folder" };
    if (shared.has(path)) return { kind: "file", agent: undefined };
    const env = /([^/]+)\.env$/.exec(path)?.[1];
    if (env !== undefined && path === envPath(layout, env)) return { kind: "file", agent: env };
    const timer = agentOfTimer(layout, basename(path));
    if (path === timersDir(layout)) return { kind: "folder" };
    if (timer !== undefined && path === timerPath(layout, timer)) return { kind: "file", agent: timer };
    if (timer !== undefined && path === timerLinkPath(layout, timer)) return { kind: "link", agent: timer };
    const unit = path.split("/").find((part) => part.startsWith(before) && part.includes(after));
    const agent = unit?.slice(before.length, unit.lastIndexOf(after));
    if (!agent) return undefined;
    if (path === linkPath(layout, agent)) return { kind: "link", agent };
    if (path === dropInPath(layout, agent) || path === unitFilePath(layout, agent)) {
      return { kind: "file", agent };
    }
    return path === dirname(dropInPath(layout, agent)) ? { kind: "folder" } : undefined;
  };
}
