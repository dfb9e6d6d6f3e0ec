/** A format of a plan. */
interface FormatTraits {
  /** True if `fleet plan --format` offers it. `diff` is a command of its own. */
  readonly isChoice: boolean;
  /**
   * Availability of JSON: always, with --json too, or never, and then --json contradicts the format. `showPlan` sends the
   * plan of such a format as JSON to the machine that asks several hosts.
   */
  readonly json: "always" | "optional" | "never";
  /** True if problems are printed as annotations of GitHub among the results. */
  readonly annotates: boolean;
}

/**
 * The formats of a plan. All other facts about formats follow from this table: the choices of --format, the
 * check of --json, and the renderers. commands/plan/show-plan.ts needs a renderer for each format with files
 * or lines.
 */
export const planFormats = {
  text: { isChoice: true, json: "never", annotates: false },
  json: { isChoice: true, json: "always", annotates: false },
  markdown: { isChoice: true, json: "never", annotates: false },
  github: { isChoice: true, json: "never", annotates: true },
  diff: { isChoice: false, json: "optional", annotates: false },
} as const satisfies Readonly<Record<string, FormatTraits>>;

/** The name of a format. */
export type PlanFormat = keyof typeof planFormats;

/** The values of --format, in the order of the help. */
export const formatChoices: readonly string[] = formatNames(({ isChoice }) => isChoice);

/** The values of --format for JSON. */
export const jsonFormats: readonly string[] = formatNames(({ json }) => json === "always");

function formatNames(isMeant: (format: FormatTraits) => boolean): readonly string[] {
  return Object.entries(planFormats)
    .filter(([, format]) => isMeant(format))
    .map(([name]) => name);
}
