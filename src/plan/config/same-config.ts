import { changedFields, type ConfigMark } from "../../desired/marks/config-mark.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import { changedConfig } from "./changed-config.ts";
import type { Change } from "../change.ts";

type Marks = Pick<DesiredAgent, "config" | "formerConfigs">;

/** Returns true if a mark equals the declaration, in the form of this version or of an earlier one. */
function isSameConfig(mark: ConfigMark, { config, formerConfigs }: Marks): boolean {
  return mark.hash === config.hash || isFormerConfig(mark, { formerConfigs });
}

/** Returns true if a mark equals the declaration, but in the form of an earlier version. */
export function isFormerConfig(
  { hash }: ConfigMark,
  { formerConfigs = [] }: Pick<Marks, "formerConfigs">,
): boolean {
  return formerConfigs.some((former) => former.hash === hash);
}

/**
 * Returns the difference between a configuration and its declaration; undefined if there is none. Compares a
 * mark of an earlier version in the form of that version, so only real changes of fields are reported.
 */
export function configChange(mark: ConfigMark, marks: Marks): Change | undefined {
  if (isSameConfig(mark, marks)) return undefined;
  const [first, ...others] = [marks.config, ...(marks.formerConfigs ?? [])];
  const closest = others.reduce((best, other) => {
    return changedFields(mark, other).length < changedFields(mark, best).length ? other : best;
  }, first ?? marks.config);
  return changedConfig(mark, closest);
}
