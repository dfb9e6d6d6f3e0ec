import { fail } from "../../../diagnostics/diagnostic.ts";
import { firstArgumentAt } from "../../../hosts/command-words.ts";
import { installation } from "../../history/install-revision.ts";
import { tellRolledBack } from "../../history/rollback.ts";
import { tellLostEdits } from "../../history/tell-lost-edits.ts";
import { revisionAt } from "../../history/with-revision.ts";
import { report, type Context } from "../../shared/context.ts";
import type { RollbackFlags } from "../../shared/flags.ts";
import { sourceFileBehind } from "../../status/source-status.ts";
import { changeOnHosts } from "../change-on-hosts.ts";
import { planOnHosts } from "../plan-on-hosts.ts";
import { prepareErrands } from "../prepare-errands.ts";
import { withErrands } from "../with-errands.ts";
import { showRevision } from "./in-revision.ts";

/**
 * Runs `fleet rollback --host`: plans for an earlier text of fleet.yaml on hosts, asks once, writes that text here, and applies
 * it on the hosts. Here, because the next apply takes the text from here.
 */
export async function rollbackOnHosts(
  given: Context,
  list: string,
  words: readonly string[],
): Promise<number> {
  const at = firstArgumentAt(words);
  const found = await revisionAt(given, words[at] ?? "", true);
  if (!found.ok) return report(given, found.diagnostics);
  const { context, here, revision } = found.value;
  if (sourceFileBehind(here.path) !== undefined) {
    const pulled = fail("bad-usage", `${here.file} comes from Git`, {
      detail: "The next fetch would undo the rollback. Nothing was changed.",
      hint: `fleet source pin REVISION --host ${list}, or revert the commit`,
    });
    return report(context, pulled.ok ? [] : pulled.diagnostics);
  }
  showRevision(found.value);
  await tellLostEdits(found.value);
  const { dryRun = false } = given.flags as RollbackFlags;
  const options = words.toSpliced(at, 1).slice(1);
  const own = [dryRun ? "plan" : "apply", ...(dryRun ? withoutLock(options) : options)];
  const prepared = await prepareErrands(context, list, own);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const { config, reach, requestFor } = prepared.value;
  const calledAs = `fleet rollback ${revision.name}`;
  const errand = {
    ...prepared.value,
    requestFor: (host: string) => ({ ...requestFor(host), calledAs }),
  };
  const change = { words: own, config, reach };
  const install = installation(found.value);
  const code = await withErrands(errand, context, (errands) =>
    dryRun
      ? planOnHosts(errands, change, context)
      : changeOnHosts(errands, { ...change, onAgreed: install.onAgreed }, context),
  );
  tellRolledBack(found.value, install.kept());
  return code;
}

/** Leaves out the wait for a lock, because a plan takes none. */
function withoutLock(options: readonly string[]): readonly string[] {
  return options.filter(
    (word, at) => !word.startsWith("--lock-timeout") && options[at - 1] !== "--lock-timeout",
  );
}
