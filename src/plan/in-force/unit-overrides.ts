import { basename, dirname } from "node:path/posix";
import { dropInName, type Layout } from "../../desired/layout.ts";
import { dropInNames } from "../../desired/unit-path.ts";
import type { OverrideFile } from "../../observed/in-force.ts";
import type { Observed } from "../../observed/types.ts";
import { grouped } from "../../text/grouped.ts";

/** Foreign files with an effect on one unit of the fleet. */
export interface UnitOverrides {
  /** A unit of the same name, or a command in a drop-in, in place of the fleet's start script. */
  readonly replacedBy: string | undefined;
  readonly maskedBy: string | undefined;
  /** Drop-ins, in systemd's order. */
  readonly dropIns: readonly OverrideFile[];
  /** A drop-in that hides the fleet's own: it has the same name in an earlier folder. */
  readonly hiddenBy: string | undefined;
}

type Lookup = (unit: string) => UnitOverrides;

const noOverrides: UnitOverrides = {
  replacedBy: undefined,
  maskedBy: undefined,
  dropIns: [],
  hiddenBy: undefined,
};

/** A snapshot is looked at several times over, and never changes. */
const overrideLookups = new WeakMap<Observed, Lookup>();

/** Finds the overrides of units in one snapshot of the fleet with this layout. */
export function unitOverrides(observed: Observed, layout: Layout): Lookup {
  const known = overrideLookups.get(observed) ?? createOverrideLookup(observed, layout);
  overrideLookups.set(observed, known);
  return known;
}

function createOverrideLookup({ inForce }: Observed, layout: Layout): Lookup {
  const byTarget = grouped(inForce?.overrides ?? [], ({ target }) => target);
  if (byTarget.size === 0) return () => noOverrides;
  const rank = new Map(layout.unitPath.map((dir, index) => [dir, index]));
  const rankOf = ({ path, kind }: OverrideFile): number => {
    const folder = dirname(path);
    return rank.get(kind === "unit" || kind === "mask" ? folder : dirname(folder)) ?? Infinity;
  };
  const own = rank.get(layout.unitDir) ?? 0;
  const known = new Map<string, UnitOverrides>();
  return (unit) => {
    const found = known.get(unit) ?? find(unit);
    known.set(unit, found);
    return found;
  };

  function find(unit: string): UnitOverrides {
    const names = dropInNames(unit);
    const files = names.flatMap((name) => byTarget.get(name) ?? []);
    if (files.length === 0) return noOverrides;
    const standing = unitFileFor(unit, files);
    const read = dropInsOf(files, names);
    const dropIns = read.filter(({ kind }) => kind !== "masked-drop-in");
    const hiding = read.find((file) => basename(file.path) === dropInName && isAhead(file, names));
    return {
      replacedBy: standing?.kind === "unit" ? standing.path : replacedCommand(dropIns),
      maskedBy: standing?.kind === "mask" ? standing.path : undefined,
      dropIns,
      hiddenBy: hiding?.path,
    };
  }

  /**
   * Returns the foreign unit file. One with an instance's own name wins over the template in any folder; one
   * of a shared unit only in a folder before the fleet's.
   */
  function unitFileFor(unit: string, files: readonly OverrideFile[]): OverrideFile | undefined {
    const shared = unit === layout.holderUnit ? unit : layout.templateUnit;
    const units = files
      .filter(({ kind }) => kind === "unit" || kind === "mask")
      .filter((file) => file.target !== shared || rankOf(file) < own);
    const best = (target: string): OverrideFile | undefined =>
      units.filter((file) => file.target === target).sort((a, b) => rankOf(a) - rankOf(b))[0];
    return best(unit) ?? best(shared);
  }

  /**
   * Returns the effective drop-ins. Among those of one name the first folder's counts: by the unit path, then
   * the more specific, those of the type last.
   */
  function dropInsOf(files: readonly OverrideFile[], names: readonly string[]): readonly OverrideFile[] {
    const first = new Map<string, OverrideFile>();
    const order = (file: OverrideFile): number => precedenceOf(file, names);
    for (const file of [...files].sort((a, b) => order(a) - order(b))) {
      if (!file.kind.endsWith("drop-in")) continue;
      const name = basename(file.path);
      if (!first.has(name)) first.set(name, file);
    }
    return [...first.values()].sort((a, b) => (basename(a.path) < basename(b.path) ? -1 : 1));
  }

  function precedenceOf(file: OverrideFile, names: readonly string[]): number {
    const specificity = names.indexOf(file.target);
    const isOfType = specificity === names.length - 1;
    return (isOfType ? layout.unitPath.length : rankOf(file)) * names.length + specificity;
  }

  function isAhead(file: OverrideFile, names: readonly string[]): boolean {
    return precedenceOf(file, names) < own * names.length;
  }
}

/** Returns the drop-in with a command in place of the start script; undefined if there is none. */
function replacedCommand(dropIns: readonly OverrideFile[]): string | undefined {
  let found: string | undefined;
  for (const { path, settings } of dropIns) {
    for (const { name, value } of settings) {
      if (name === "ExecStart" && value !== "") found = value === undefined ? path : undefined;
    }
  }
  return found;
}
