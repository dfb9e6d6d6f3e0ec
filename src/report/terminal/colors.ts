import { styleText } from "node:util";

type ColorName = "blue" | "bold" | "cyan" | "dim" | "green" | "magenta" | "red" | "yellow";

/** The colour functions of a run: each returns its text in that style, or unchanged if the run has no colours. */
export type Colors = Readonly<Record<ColorName, (text: string) => string>>;

/**
 * Returns the colour functions. `enabled` alone decides: node looks neither at the environment nor at its
 * streams, because that would make the stream of standard output, at 2 % of a plan.
 */
export function createColors(enabled: boolean): Colors {
  const style = (format: ColorName) =>
    enabled ? (text: string) => styleText(format, text, { validateStream: false }) : uncolored;
  return {
    blue: style("blue"),
    bold: style("bold"),
    cyan: style("cyan"),
    dim: style("dim"),
    green: style("green"),
    magenta: style("magenta"),
    red: style("red"),
    yellow: style("yellow"),
  };
}

/** The colour functions of a text without colours. */
export const plainColors: Colors = createColors(false);

function uncolored(text: string): string {
  return text;
}
