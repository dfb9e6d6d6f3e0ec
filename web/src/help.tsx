import type { JSX } from "preact";
import { keyHelp } from "./keys.ts";

/** The list of keys. */
export function Help(): JSX.Element {
  return (
    <dialog class="help" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>
        {keyHelp.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split("  ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
