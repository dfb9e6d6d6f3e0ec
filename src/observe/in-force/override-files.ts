import {
  agentOfUnit,
  agentUnit,
  dropInName,
  dropInPath,
  unitFilePath,
  type Layout,
} from "../../desired/layout.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import { dropInNames } from "../../desired/unit-path.ts";
import { unitSettings } from "../../desired/files/unit-settings.ts";
import { changedAtMs, listFolder, modifiedMs, readPath, readThrough } from "../../drivers/files/read.ts";
import { shownSetting } from "./shown-settings.ts";
import type { OverrideFile } from "../../observed/in-force.ts";

/** An override with the time of its last change, ms since the epoch. */
interface FoundOverride {
  readonly file: OverrideFile;
  readonly changedMs: number;
}

export interface FoundOverrides {
  /** Sorted by path. */
  readonly files: readonly FoundOverride[];
  /** The existing folders of drop-ins for units of the fleet. */
  readonly folders: readonly string[];
}

/**
 * Returns all foreign files on the user manager's unit path with an effect on the fleet's units: one listing
 * for each folder of the path, and one for each folder of drop-ins. Throws if a folder cannot be listed.
 */
export function findOverrides(layout: Layout): FoundOverrides {
  const files: FoundOverride[] = [];
  const folders: string[] = [];
  const bearsOn = namesThatBear(layout);
  for (const dir of layout.unitPath) {
    for (const entry of listFolder(dir)) {
      const isFolder = entry.endsWith(".d");
      const target = isFolder ? entry.slice(0, -".d".length) : entry;
      if (!bearsOn(target)) continue;
      const path = `${dir}/${entry}`;
      if (isFolder) {
        folders.push(path);
        files.push(...dropInsIn(path, target, layout));
      } else files.push(...unitAt(path, target, layout));
    }
  }
  return { files: files.sort((a, b) => (a.file.path < b.file.path ? -1 : 1)), folders };
}

/** Tells whether systemd reads a unit of this name, or drop-ins in the folder NAME.d, for a unit of the fleet. */
export function namesThatBear(layout: Layout): (name: string) => boolean {
  const template = agentUnit(layout, "");
  const names = new Set([...dropInNames(layout.holderUnit), ...dropInNames(template)]);
  // Each name of a template stands for those of all its instances too.
  const starts = [...names]
    .filter((name) => name.includes("@."))
    .map((name) => name.slice(0, name.indexOf("@") + 1));
  return (name) =>
    names.has(name) || (name.endsWith(".service") && starts.some((start) => name.startsWith(start)));
}

function dropInsIn(folder: string, target: string, layout: Layout): readonly FoundOverride[] {
  const names = listFolder(folder);
  const agent = names.includes(dropInName) ? agentOfUnit(layout, target) : undefined;
  const own = agent === undefined ? undefined : dropInPath(layout, agent);
  // As in the folder of most agents: with hundreds of them, each step more counts.
  if (names.length === 1 && own === `${folder}/${dropInName}`) return [];
  return names
    .filter((name) => name.endsWith(".conf"))
    .map((name) => `${folder}/${name}`)
    .filter((path) => path !== own)
    .map((path) => dropInAt(path, target));
}

function dropInAt(path: string, target: string): FoundOverride {
  const found = readThrough(path);
  const bare = { path, target, settings: [], isSetProperty: false };
  const file: OverrideFile = isMask(path)
    ? { ...bare, kind: "masked-drop-in" }
    : found?.kind === "file"
      ? {
          ...bare,
          kind: "drop-in",
          settings: unitSettings(found.content).map(shownSetting),
          isSetProperty: /^# .*"systemctl set-property"/m.test(found.content),
        }
      : { ...bare, kind: "unreadable-drop-in" };
  return { file, changedMs: lastChangeMs(path) };
}

/**
 * Returns a foreign unit. The shared units are the fleet's own at their usual paths, and a link to the
 * template is another name for it.
 */
function unitAt(path: string, target: string, layout: Layout): readonly FoundOverride[] {
  const isUnit =
    target === layout.holderUnit || target === layout.templateUnit || agentOfUnit(layout, target);
  if (!isUnit || path === layout.holderPath || path === layout.templatePath) return [];
  const found = readPath(path);
  if (found?.kind === "link" && found.target === layout.templatePath) return [];
  if (isOwnService(path, found, layout)) return [];
  const kind = isMask(path) ? "mask" : "unit";
  const file: OverrideFile = { path, target, kind, settings: [], isSetProperty: false };
  return [{ file, changedMs: lastChangeMs(path) }];
}

/** Returns true for the unit file of a service of this fleet. */
function isOwnService(path: string, found: ReturnType<typeof readPath>, layout: Layout): boolean {
  if (found?.kind !== "file") return false;
  const { fleet, agent } = readMark(found.content) ?? {};
  return fleet === layout.fleet && agent !== undefined && path === unitFilePath(layout, agent);
}

function isMask(path: string): boolean {
  const found = readPath(path);
  if (found?.kind === "link") return found.target === "/dev/null" || readThrough(path)?.kind === "other";
  return found?.kind === "file" && found.content === "";
}

/** Returns the time of the last change; for a link, the later one of its own and its target's. */
function lastChangeMs(path: string): number {
  return Math.max(modifiedMs(path) ?? 0, changedAtMs(path) ?? 0);
}
