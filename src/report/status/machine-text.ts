import { isOldTmux } from "../../doctor/old-tmux.ts";

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

/** The controllers behind the figures of status, with the words for them. */
const figures = [
  ["memory", "memory"],
  ["cpu", "processor time"],
] as const;

/** Returns the line about figures the machine does not give; none if all controllers are there, or if they are unknown. */
export function missingControllersLines(controllers: readonly string[] | undefined): readonly string[] {
  const missing = figures.filter(([name]) => controllers?.includes(name) === false);
  return missing.length === 0 ? [] : [missingFiguresLine(missing.map(([, words]) => words))];
}

/** Returns the line about these missing figures. */
export function missingFiguresLine(figuresMissing: readonly string[]): string {
  return `No ${figuresMissing.join(" and ")}: systemd gives this account no controller for it; fleet doctor says how.`;
}

/** Returns the line about a tmux that can end with all sessions; none for another version, or an unknown one. */
export function oldTmuxLines(version: string | undefined): readonly string[] {
  if (version === undefined || !isOldTmux(version)) return [];
  return [
    `tmux ${version} is old: a dead window that you opened next to an agent can end it, with all sessions. ` +
      "tmux 3.5 has the fix. To hide this line: fleet doctor --ignore tmux",
  ];
}
