/** The version in package.json; the build inserts it. */
export const version = process.env.MOSAIC_FLEET_VERSION ?? "0.0.0-source";
