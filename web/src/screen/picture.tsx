import type { JSX } from "preact";
import type { PictureLine } from "../../../src/ui/picture/picture.ts";
import { runLook } from "./run-look.ts";

/** The last lines of a screen, in its colours. Text is always text: nothing of it is ever markup. */
export function Picture({ lines }: { readonly lines: readonly PictureLine[] }): JSX.Element {
  return (
    <pre class="picture" aria-hidden="true">
      {lines.flatMap((line) => [...line.map(runOf), "\n"])}
    </pre>
  );
}

function runOf(run: PictureLine[number]): JSX.Element | string {
  if (typeof run === "string") return run;
  const [text, style] = run;
  const { color, background, classes } = runLook(style);
  return (
    <span class={classes} style={{ color, background }}>
      {text}
    </span>
  );
}
