/** The version in package.json, which the build puts in. */
export const version = process.env.MOSAIC_FLEET_VERSION ?? "0.0.0-source";
