import { fieldOfDirective } from "../../desired/files/directives.ts";
import { unitSettings, type UnitSetting } from "../../desired/files/unit-settings.ts";
import type { OverrideFile } from "../../observed/in-force.ts";
import type { OverriddenSetting } from "../deviation.ts";
import { isSameValue } from "./unit-values.ts";
import type { UnitOverrides } from "./unit-overrides.ts";
import { dropInName } from "../../desired/layout.ts";

/** Settings in force by one foreign file. */
export interface Overridden {
  readonly file: string;
  readonly untilReload: boolean;
  readonly settings: readonly OverriddenSetting[];
}

/** Lists of variables: each file adds to them, so none wins, and their values may be secrets. */
const environmentDirectives = new Set([
  "Environment",
  "EnvironmentFile",
  "PassEnvironment",
  "UnsetEnvironment",
]);

/** Lists and commands essential for the template. */
const ofTemplate = new Set(["ExecStopPost", "PIDFile", "RuntimeDirectory"]);

/**
 * Returns the settings of a unit that differ from the fleet's unit file and drop-in, by the file behind them.
 * As in systemd.unit(5), drop-ins are read by their names, and the last assignment counts; settings of
 * `systemctl set-property` since the last reload count at once.
 */
export function overriddenSettings(
  texts: { readonly unit: string; readonly dropIn: string | undefined },
  { dropIns, hiddenBy }: UnitOverrides,
  isUnread: (path: string) => boolean,
): readonly Overridden[] {
  const fromUnit = unitSettings(texts.unit);
  const fromDropIn = unitSettings(texts.dropIn ?? "");
  const declared = settingValues([...fromUnit, ...fromDropIn]);
  const isRuntimeProperty = (file: OverrideFile): boolean => file.isSetProperty && isUnread(file.path);
  const sources: readonly SettingsFile[] = [
    { path: undefined, settings: fromUnit },
    ...ordered(
      dropIns.filter((file) => !isRuntimeProperty(file)),
      hiddenBy === undefined ? fromDropIn : [],
    ),
    ...dropIns.filter(isRuntimeProperty),
  ];
  const inForce = new Map<string, { readonly value: string | undefined; readonly source: SettingsFile }>();
  for (const source of sources) {
    for (const { name, value } of source.settings) inForce.set(name, { value, source });
  }
  const found = new Map<string, OverriddenSetting[]>();
  const noteSetting = (path: string, setting: OverriddenSetting): void => {
    found.set(path, [...(found.get(path) ?? []), setting]);
  };
  for (const [directive, { value, source }] of inForce) {
    const ours = declared.get(directive);
    if (source.path === undefined || !isGoverned(directive, value, ours)) continue;
    if (value !== undefined && isSameValue(directive, value, ours ?? "")) continue;
    noteSetting(source.path, { directive, value, declared: value === undefined ? undefined : ours });
  }
  if (hiddenBy !== undefined) {
    for (const { name, value } of fromDropIn) {
      if (!inForce.has(name)) noteSetting(hiddenBy, { directive: name, value: "", declared: value });
    }
  }
  const live = new Set(dropIns.filter(isRuntimeProperty).map(({ path }) => path));
  return [...found].map(([file, settings]) => ({ file, settings, untilReload: live.has(file) }));
}

interface SettingsFile {
  /** Undefined for the fleet's own. */
  readonly path: string | undefined;
  readonly settings: readonly { readonly name: string; readonly value: string | undefined }[];
}

/** Inserts the fleet's own drop-in in its place among the others. */
function ordered(dropIns: readonly OverrideFile[], own: readonly UnitSetting[]): readonly SettingsFile[] {
  const isBeforeOwn = ({ path }: OverrideFile): boolean => path.slice(path.lastIndexOf("/") + 1) < dropInName;
  return [
    ...dropIns.filter(isBeforeOwn),
    { path: undefined, settings: own },
    ...dropIns.filter((file) => !isBeforeOwn(file)),
  ];
}

function settingValues(settings: readonly UnitSetting[]): ReadonlyMap<string, string> {
  return new Map(settings.map(({ name, value }) => [name, value]));
}

/**
 * Returns true for a setting of fleet.yaml or the fleet's own units. A person's additional settings are their
 * own, and no deviation.
 */
function isGoverned(directive: string, value: string | undefined, ours: string | undefined): boolean {
  if (environmentDirectives.has(directive) || ofTemplate.has(directive)) return true;
  // Other lists (After=, Wants=) are added to.
  return (
    value !== undefined &&
    !directive.startsWith("Exec") &&
    (ours !== undefined || fieldOfDirective(directive) !== undefined)
  );
}
