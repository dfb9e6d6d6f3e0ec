/** The oldest version of node for `fleet`, from `engines` in package.json; replaced by the build. */
export const oldestNode = (process.env.MOSAIC_FLEET_NODE ?? "").replace(">=", "");

/** Returns true if `version` (`18.20.8`) is older than `oldest` (`20.19`). Both are numbers with dots. */
export function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split(".").map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
