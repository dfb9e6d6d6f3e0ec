import { namesText } from "../alike.ts";

/** Returns the line about a plan that was saved. */
export function savedLine(file: string, isRefused: boolean): string {
  return isRefused
    ? `Saved as ${file}, but refused: fleet apply will not do it.`
    : `Saved as ${file}. To do exactly this: fleet apply ${pathArgument(file)}`;
}

/** A saved plan of several hosts. */
interface HostsPlanSaved {
  readonly file: string;
  /** The hosts that have made no plan. */
  readonly missing: readonly string[];
  /** The hosts with a plan a guard refuses. */
  readonly refused: readonly string[];
  /** False if no host has made a plan. */
  readonly isSaved: boolean;
}

/** Returns the lines about the plans of hosts that were saved in one file. */
export function hostsPlanSavedLine({ file, missing, refused, isSaved }: HostsPlanSaved): string {
  if (!isSaved) return `Not saved as ${file}: no host has made a plan.`;
  return [
    savedLine(file, false),
    ...(refused.length === 0 ? [] : [`Refused, so nothing will be done there: ${namesText(refused)}.`]),
    ...(missing.length === 0 ? [] : [`Without a plan, so not begun by it: ${namesText(missing)}.`]),
  ].join("\n");
}

/** Returns the path as an argument: a name without a dot or slash would be taken for an agent's. */
function pathArgument(file: string): string {
  return /[./]/.test(file) ? file : `./${file}`;
}
