// Follows files as `fleet watch` does, in a process of its own: it watches, and reads after each reported change.
import { openPathWatcher } from "../../src/watch/paths/path-watcher.ts";
import { stateOf } from "./state.ts";

/** A request of the race. */
export type FollowerRequest =
  | {
      readonly kind: "follow";
      readonly key: string;
      readonly files: readonly string[];
      readonly debounceMs: number;
    }
  | { readonly kind: "leave"; readonly key: string };

/** The state of the files at a reading, and the time, ms by process.hrtime. */
export interface Sighting {
  readonly key: string;
  readonly state: string;
  readonly atMs: number;
}

const leaving = new Map<string, () => void>();

process.on("message", (request: FollowerRequest) => {
  if (request.kind === "follow") leaving.set(request.key, follow(request));
  else {
    leaving.get(request.key)?.();
    leaving.delete(request.key);
  }
});
process.on("disconnect", () => process.exit());

function follow({ key, files, debounceMs }: Extract<FollowerRequest, { kind: "follow" }>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isDue = false;
  let isClosed = false;
  const watcher = openPathWatcher(onChange);

  function onChange(): void {
    isDue = true;
    if (isLooking) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), debounceMs);
  }

  async function look(): Promise<void> {
    isDue = false;
    isLooking = true;
    await watcher.update(files.map((path) => ({ path, cause: "edit" })));
    isLooking = false;
    if (isClosed) return;
    const sighting: Sighting = { key, state: stateOf(files), atMs: Number(process.hrtime.bigint()) / 1e6 };
    process.send?.(sighting);
    if (isDue) onChange();
  }

  void look();
  return () => {
    isClosed = true;
    clearTimeout(timer);
    watcher.close();
  };
}
