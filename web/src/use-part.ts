import { useEffect, useState } from "preact/hooks";

/** A part of the page in a file of its own, which loads after the first view. */
export interface UsedPart<T> {
  readonly part: T | undefined;
  /** True if it could not be loaded. */
  readonly hasFailed: boolean;
}

/**
 * Loads a part of the page once it is due. After a failure it tries again when it is due again: with the next connection.
 * A browser may remember the failure of a module until the page is loaded again.
 */
export function usePart<T>(isDue: boolean, load: () => Promise<T>): UsedPart<T> {
  const [loaded, setLoaded] = useState<{ readonly part: T }>();
  const [hasFailed, setFailed] = useState(false);
  const isWanted = isDue && loaded === undefined;
  useEffect(() => {
    if (!isWanted) return;
    void load()
      .then((part) => setLoaded({ part }))
      .catch(() => setFailed(true));
  }, [isWanted]);
  return { part: loaded?.part, hasFailed: hasFailed && loaded === undefined };
}
