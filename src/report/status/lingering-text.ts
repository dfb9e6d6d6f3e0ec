const remedy = 'loginctl enable-linger (or: sudo loginctl enable-linger "$USER")';

/** The line about an account whose lingering is off. */
export const fleetEndsAtLogout = `Lingering is off: the fleet ends when you log out. To keep it running: ${remedy}`;

/** Returns the line about a service of a fleet, such as its watch; nothing if lingering is on. */
export function serviceEndsAtLogout(
  isLingering: boolean | undefined,
  what: "watch" | "page",
): readonly string[] {
  if (isLingering === true) return [];
  return isLingering === false
    ? [`Lingering is off: the ${what} and the fleet end when you log out. To keep them running: ${remedy}`]
    : [`It is not known whether lingering is on. If it is off, the fleet ends when you log out: ${remedy}`];
}
