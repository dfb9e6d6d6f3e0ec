import type { JSX } from "preact";
import type { UiEdit } from "../../../src/ui/changes/ui-change.ts";
import { Diff } from "../parts.tsx";

/** The changed lines of the fleet's files, from now to an earlier state. */
export function FleetEdits({ edits }: { readonly edits: readonly UiEdit[] }): JSX.Element {
  return (
    <div class="files">
      {edits.map(({ diff, path }) => (
        <figure key={path}>
          <figcaption>
            <code>{path}</code> now (-), and then (+)
          </figcaption>
          <Diff lines={diff} name={path} />
        </figure>
      ))}
    </div>
  );
}
