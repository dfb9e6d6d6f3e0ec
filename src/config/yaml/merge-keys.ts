import { isScalar, type Scalar } from "yaml";

/**
 * Returns true for a plain `<<`, which takes over the entries of other maps (YAML 1.1,
 * https://yaml.org/type/merge.html).
 */
export function isMergeKey(key: unknown): key is Scalar {
  return isScalar(key) && key.value === "<<" && (key.type === undefined || key.type === "PLAIN");
}
