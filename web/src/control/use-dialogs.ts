import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Store } from "../store.ts";

/** A component that shows the dialog that is open, if any. */
type Dialogs = FunctionComponent<{ readonly store: Store }>;

/** Returns the dialogs of changes, which are loaded as soon as the page may ask for some. */
export function useDialogs({ control, phase }: Store): Dialogs | undefined {
  const [loaded, setLoaded] = useState<{ readonly Dialogs: Dialogs }>();
  const isDue = control && phase === "live" && loaded === undefined;
  useEffect(() => {
    // Without an answer, the next connection tries again.
    if (isDue) void import("./dialogs.tsx").then(setLoaded).catch(() => undefined);
  }, [isDue]);
  return loaded?.Dialogs;
}
