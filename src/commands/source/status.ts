import { layoutOf } from "../../desired/layout.ts";
import { readWatcher } from "../../observe/watch/watcher.ts";
import type { SourceJson } from "../../report/source/source-output.ts";
import { sourceLines } from "../../report/source/source-text.ts";
import { troubleJson } from "../../report/source/trouble-json.ts";
import { troubleDiagnostics } from "../../report/source/trouble-text.ts";
import { anchorOf, ordersOf, readSource, type KnownSource } from "../../source/read-source.ts";
import { waitingAgents } from "../../source/waiting-agents.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";

/** Runs `fleet source status`: shows what a source follows, and its state. Fetches nothing. */
export async function sourceStatus(context: Context, file: string): Promise<ExitCode> {
  const source = readSource(file, context.machine);
  if (!source.ok) return report(context, source.diagnostics);
  await showSource(source.value, context);
  return exitCodes.ok;
}

/** Shows the state of a source, and its trouble. */
export async function showSource(source: KnownSource, { machine, output }: Context): Promise<void> {
  const json = sourceStatusJson(source, (await waitingAgents(source, machine)) ?? null);
  output.json(json);
  output.text(sourceLines(json, Date.now(), output.colors));
  const { seen } = source;
  if (!output.options.json && seen?.trouble) output.diagnostics(troubleDiagnostics(seen.trouble));
}

function sourceStatusJson(source: KnownSource, waiting: SourceJson["waiting"]): SourceJson {
  const { settings, paths, seen, placed } = source;
  const { fleet, git, ref, path, host, intervalMs, verify } = settings;
  const anchor = anchorOf(source);
  const { pin } = ordersOf(source);
  return {
    formatVersion: "1.0",
    fleet,
    file: paths.settings,
    git,
    ref,
    path,
    host: host ?? null,
    intervalMs,
    verify: verify.kind === "none" ? "none" : verify.commits,
    placed: placed ?? null,
    applied:
      anchor === undefined ? null : { revision: anchor.revision, signer: anchor.signer, at: anchor.at },
    newest: seen?.newest ?? null,
    seenAt: seen?.at ?? null,
    pin: pin ?? null,
    waiting,
    trouble: seen?.trouble ? troubleJson(seen.trouble) : null,
  };
}

/** Returns true if a watch of the fleet runs. */
export function isWatched({ settings }: KnownSource, { machine }: Context): boolean {
  const { fleet } = settings;
  return readWatcher(layoutOf(fleet, `${fleet}-factory`, machine))?.pid !== undefined;
}
