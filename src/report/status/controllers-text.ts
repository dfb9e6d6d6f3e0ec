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
