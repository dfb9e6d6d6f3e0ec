import type { FleetTexts } from "../../config/file/fleet-draft.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { replaceFiles } from "../../drivers/files/copies/replace-files.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { keepReplaced } from "./keep-replaced.ts";
import { presentText, type RevisionAt } from "./with-revision.ts";

/** The step that puts the texts of a revision in place. */
interface Installation {
  /** Writes the texts, once. */
  readonly onAgreed: () => Result<void>;
  /** Returns the folder with the replaced files; undefined if none was replaced. */
  readonly kept: () => string | undefined;
}

/** Returns the step that keeps the present fleet files, and writes those of a revision. */
export function installation({ here, revision }: RevisionAt): Installation {
  const before = differing(revision.texts);
  let isDone = before.length === 0;
  let kept: string | undefined;
  return {
    kept: () => kept,
    onAgreed() {
      if (isDone) return ok(undefined);
      const changed = before.find(({ path, now }) => presentText(path) !== now);
      if (changed !== undefined) return fileHasChanged(changed.path);
      const saved = keepReplaced(here, before);
      if (!saved.ok) return saved;
      const replaced = replaceFiles(before.map(({ path, text }) => ({ path: realPath(path), text })));
      if (!replaced.ok) return replaced;
      isDone = true;
      kept = saved.value;
      return ok(undefined);
    },
  };
}

/** A file the rollback replaces, or makes. */
interface Differing {
  readonly path: string;
  readonly now: string | undefined;
  readonly text: string;
}

function differing(texts: FleetTexts): readonly Differing[] {
  return [...texts].flatMap(([path, text]) => {
    const now = presentText(path);
    return text === null || text === now ? [] : [{ path, now, text }];
  });
}

function fileHasChanged(path: string): Result<never> {
  return fail("stale-plan", `another program changed ${path} in the meantime`, {
    detail: "Nothing was changed.",
    hint: "run it again",
  });
}
