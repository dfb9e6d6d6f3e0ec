import { unappliedEdits } from "../../report/history/rollback-text.ts";
import type { RevisionAt } from "./with-revision.ts";
import { digestOf, loadFleet } from "../../config/file/load.ts";
import { statesFolder } from "../../desired/layout.ts";
import { listReadableFolder } from "../../drivers/files/read.ts";
import type { Context } from "../shared/context.ts";
import { readHistory } from "../events/read-history.ts";
import { committedTexts } from "./committed-texts.ts";
import type { FleetHere } from "./fleet-here.ts";

/** Tells of edits of the present fleet files, unknown to any apply, before they are replaced. */
export async function tellLostEdits({ edits, here, context }: RevisionAt): Promise<void> {
  const isLost = edits.length > 0 && !(await isAppliedText(here, context));
  if (isLost) context.output.remark(unappliedEdits(here.file));
}

/** Returns true if the present text of the fleet files was applied once, or is the checked-out commit's. */
async function isAppliedText(here: FleetHere, context: Context): Promise<boolean> {
  const { home, configHome } = context.machine;
  const loaded = await loadFleet({ path: here.file, home, configHome, isWhole: true });
  if (loaded.ok) {
    const digest = digestOf(loaded.value.config);
    if (readHistory(here.layout).some((record) => record.digest === digest)) return true;
    // A text that was applied to other machines has no record here.
    if (listReadableFolder(statesFolder(here.layout)).includes(`${digest}.json`)) return true;
  }
  const committed = await committedTexts("HEAD", here, context);
  return committed.ok && committed.value?.texts.get(here.path) === here.text;
}
