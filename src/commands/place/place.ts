import { resolve } from "node:path";
import { readText } from "../../config/file/read-text.ts";
import { parsePlaces } from "../../config/hosts/parse-places.ts";
import { unknownHosts } from "../../config/hosts/place-checks.ts";
import { placesPath, placesText, type Places } from "../../config/hosts/places.ts";
import type { FleetConfig } from "../../config/types.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { replaceFiles } from "../../drivers/files/copies/replace-files.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import type { PlacedAgents, PlaceOptions } from "../../hosts/places/place-changes.ts";
import { placeFleet } from "../../hosts/places/place-fleet.ts";
import { comebackOf, hasEnded, isAbsent } from "../../hosts/presence.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import { grouped } from "../../text/grouped.ts";
import { selectHosts } from "../../hosts/select-hosts.ts";
import { comebackWarning } from "../../report/hosts/place/move-lines.ts";
import { placeLines, placeRemark } from "../../report/hosts/place/place-lines.ts";
import { placeJson } from "../../report/hosts/place/place-json.ts";
import { report, reportFailure, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { readFleetFile } from "../shared/read-fleet.ts";
import { sourceFileBehind } from "../status/source-status.ts";
import { endedAgents, hostsWithoutPlace, refuseIfThere } from "./check-ended.ts";
import type { PlaceFlags } from "./place-flags.ts";
import { withFollowed } from "../hosts/plan-moves.ts";
import { prepareErrands } from "../hosts/prepare-errands.ts";
import { runOnHosts } from "../hosts/run-hosts.ts";
import { codeOf, showResults } from "../hosts/show-results.ts";
import { withErrands } from "../hosts/with-errands.ts";
import { isStreamPath } from "../../config/file/stream-path.ts";

/** A fleet with the table next to its file. */
interface PlaceTable {
  readonly config: FleetConfig;
  /** The path to show, and the absolute one. */
  readonly shown: string;
  readonly path: string;
  /** Undefined without a table. */
  readonly text: string | undefined;
  readonly places: Places | undefined;
}

/**
 * Runs `fleet place`: computes the table of places, shows how it differs, and with --write writes it. Changes no host. With
 * --write it asks the former hosts of moving agents, and lets the ended ones arrive.
 */
export async function placeCommand(given: Context, flags: PlaceFlags): Promise<ExitCode> {
  const read = await readPlaceTable(given, flags);
  if (!read.ok) return report(given, read.diagnostics);
  const table = read.value;
  const options = placeOptions(table, flags);
  if (!options.ok) return report(given, options.diagnostics);
  const planned = placeFleet(table.config, table.places, options.value);
  const { ended } = options.value;
  const others = hostsWithoutPlace(ended, table.places, Object.keys(table.config.hosts ?? {}));
  const asked = [...new Set([...hostsToLeave(table, planned.places), ...others])];
  if (flags.write !== true || asked.length === 0) return finish(table, planned, flags, given);
  // The hosts get the table as it would be, so each plans the end of what is to leave it.
  const texts = new Map([...(given.flags.texts ?? []), [table.path, placesText(planned.places)] as const]);
  const context = { ...given, flags: { ...given.flags, texts } };
  const prepared = await prepareErrands(context, asked.join(","), ["plan"]);
  if (!prepared.ok) return report(given, prepared.diagnostics);
  return withErrands(prepared.value, given, async (errands) => {
    const results = await runOnHosts(withFollowed(errands, table.config.name), context);
    const there = new Map(results.map((result) => [result.host, result]));
    const isClear = refuseIfThere(ended, table.places, there);
    if (!isClear.ok) return report(given, isClear.diagnostics);
    const next = placeFleet(table.config, table.places, {
      ...options.value,
      hasEnded: (agent, host) => hasEnded(agent, there.get(host)),
    });
    const unanswered = results.filter(({ end }) => end.name !== "done" || end.code !== 0);
    if (!given.output.options.json && unanswered.length > 0)
      showResults(unanswered, errands, { fleet: table.config.name, command: "place" }, given);
    tellComebacks(next, there, given);
    const code = finish(table, next, flags, given);
    return code === exitCodes.ok ? codeOf(results, errands.stopSignals.soon.aborted) : code;
  });
}

/** Returns the hosts agents are to leave, or may not have left yet: they have to tell the end. */
function hostsToLeave({ config, places }: PlaceTable, next: Places): readonly string[] {
  const { hosts = {} } = config;
  const known = new Set([...Object.keys(places?.moves ?? {}), ...Object.keys(places?.removed ?? {})]);
  const waiting = [
    ...Object.entries(next.moves).flatMap(([agent, { from }]) => (known.has(agent) ? [from] : [])),
    ...Object.values(next.removed).flat(),
  ];
  return [...new Set(waiting)].filter((host) => Object.hasOwn(hosts, host));
}

/** Warns of agents that their old hosts do not have, and may start again. */
function tellComebacks(
  { changes }: PlacedAgents,
  there: ReadonlyMap<string, HostResult>,
  { output }: Context,
): void {
  const some = changes.flatMap((change) => {
    const host =
      change.kind === "on-its-way" ? change.from : change.kind === "leaves" ? change.on : undefined;
    const result = host === undefined ? undefined : there.get(host);
    const why = comebackOf(change.agent, result);
    return host !== undefined && why !== undefined && isAbsent(change.agent, result)
      ? [{ agent: change.agent, host, why }]
      : [];
  });
  for (const group of grouped(some, ({ host, why }) => `${host} ${why}`).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const agents = group.map(({ agent }) => agent);
    const warning = comebackWarning(first.host, agents, first.why);
    if (output.options.json) output.remark(`Warning: ${warning.summary}. ${warning.detail ?? ""}`);
    else output.diagnostics([warning]);
  }
}

async function readPlaceTable(given: Context, { write = false }: PlaceFlags): Promise<Result<PlaceTable>> {
  const loaded = await readFleetFile({ ...given, flags: { ...given.flags, isWithoutPlaces: true } }, true);
  if (!loaded.ok) return loaded;
  const { config, file } = loaded.value;
  const at = resolve(file);
  if (config.hosts === undefined)
    return fail("bad-usage", "this fleet has no hosts", {
      hint: "declare them: hosts: { build1: {}, build2: {} }",
    });
  if (isStreamPath(at)) return fail("bad-usage", `${file} is no file, so there is no table next to it`);
  const source = write ? sourceFileBehind(at) : undefined;
  if (source !== undefined)
    return fail("blocked", `${file} is fetched from Git, as ${source} says`, {
      detail: "The next fetch would replace the table.",
      hint: "run it in a working copy of the repository, and commit the table",
    });
  const path = placesPath(at);
  const shown = placesPath(file);
  const text = readText(path, shown);
  if (text === undefined) return ok({ config, shown, path, text: undefined, places: undefined });
  if (!text.ok) return text;
  const places = parsePlaces(text.value, shown);
  return places.ok ? ok({ config, shown, path, text: text.value, places: places.value }) : places;
}

function placeOptions(
  { config, places }: PlaceTable,
  { rebalance = false, drain, undrain, lost, ended, maxMoves = Infinity }: PlaceFlags,
): Result<PlaceOptions> {
  const { hosts = {} } = config;
  const chosen: Record<"drain" | "undrain", readonly string[]> = { drain: [], undrain: [] };
  for (const [key, list] of [
    ["drain", drain],
    ["undrain", undrain],
  ] as const) {
    if (list === undefined) continue;
    const selected = selectHosts(hosts, list);
    if (!selected.ok)
      return fail("bad-usage", `no host fits ${JSON.stringify(selected.part)}`, {
        detail: `The hosts are ${Object.keys(hosts).join(", ")}.`,
      });
    chosen[key] = selected.names;
  }
  const agents = endedAgents(ended, places);
  if (!agents.ok) return agents;
  return ok({
    rebalances: rebalance,
    ...chosen,
    ended: agents.value,
    lost: new Set(lost === undefined ? [] : lost.split(",").map((name) => name.trim())),
    hasEnded: () => false,
    mostMoves: maxMoves,
    nowMs: Date.now(),
  });
}

/** Shows the next table, and writes it if that was asked for. */
function finish(
  table: PlaceTable,
  next: PlacedAgents,
  { write = false, lost }: PlaceFlags,
  context: Context,
): ExitCode {
  const { config, shown, path, text, places } = table;
  const { output } = context;
  const gone = new Set(lost?.split(",").map((name) => name.trim()));
  const unknown = places === undefined ? [] : unknownHosts(config, places, text ?? "", shown, gone);
  if (unknown.length > 0) return report(context, unknown);
  const nextText = placesText(next.places);
  const differs = nextText !== text;
  const shownTable = {
    fleet: config.name,
    file: shown,
    isWritten: write && differs,
    hasTable: text !== undefined,
  };
  const json = placeJson(config, places, next, shownTable);
  if (write && differs) {
    const now = readText(path, shown);
    if ((now?.ok === true ? now.value : undefined) !== text)
      return reportFailure(
        context,
        fail("stale-plan", `another program changed ${shown} in the meantime`, {
          detail: "Nothing was written.",
          hint: "run it again",
        }),
      );
    const written = replaceFiles([{ path: realPath(path), text: nextText }]);
    if (!written.ok) return report(context, written.diagnostics);
  }
  output.json(json);
  output.text(placeLines(json, output.colors));
  output.remark(placeRemark(json));
  return exitCodes.ok;
}
