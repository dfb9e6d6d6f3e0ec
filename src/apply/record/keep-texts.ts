import { join } from "node:path/posix";
import { digestOf, textsOf } from "../../config/file/load.ts";
import { searchSecrets } from "../../config/file/places/search-secrets.ts";
import type { FleetConfig } from "../../config/types.ts";
import { statesFolder, type Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { keepNewest, touch } from "../../drivers/files/copies/keep-newest.ts";
import { readContent } from "../../drivers/files/read.ts";
import { writeFile } from "../../drivers/files/write.ts";
import { parseState, sealState, type SearchedText } from "../../history/kept-fleet.ts";
import { sealOfMachine } from "../../system/machine-key.ts";

/** The most kept states of a fleet. */
const mostStates = 200;

/** Keeps the texts behind a configuration for `fleet rollback`, without their secrets. Does nothing for known ones. */
export async function keepState(layout: Layout, config: FleetConfig): Promise<Result<void>> {
  const digest = digestOf(config);
  const texts = textsOf(config);
  if (digest === undefined || texts === undefined) return ok(undefined);
  const folder = statesFolder(layout);
  const path = join(folder, `${digest}.json`);
  if (parseState(readContent(path) ?? "")?.digest === digest) {
    touch(path);
    return ok(undefined);
  }
  const searched: SearchedText[] = [];
  for (const each of texts) searched.push({ ...each, secrets: await searchSecrets(each.text) });
  const state = sealState(digest, searched, sealOfMachine());
  const written = await writeFile(path, JSON.stringify(state), 0o600, 0o700, 0o700);
  if (written.ok) keepNewest(folder, mostStates);
  return written;
}
