import { unappliedEdits } from "../../report/history/rollback-text.ts";
import { isAppliedText } from "./is-applied-text.ts";
import type { RevisionAt } from "./with-revision.ts";

/** Tells of edits of the present fleet files, unknown to any apply, before they are replaced. */
export async function tellLostEdits({ edits, here, context }: RevisionAt): Promise<void> {
  const isLost = edits.length > 0 && !(await isAppliedText(here, context));
  if (isLost) context.output.remark(unappliedEdits(here.file));
}
