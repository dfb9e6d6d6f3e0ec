import type { FormatReader } from "./form/imported.ts";
import { readMprocs } from "./mprocs.ts";
import { readPm2 } from "./pm2.ts";
import { readProcessCompose } from "./process-compose.ts";
import { readProcfile } from "./procfile.ts";
import { readSmug } from "./smug.ts";
import { readTeamocil } from "./teamocil.ts";
import { readTmuxinator } from "./tmuxinator.ts";
import { readTmuxp } from "./tmuxp.ts";
import { readWorkmux } from "./workmux.ts";
import type { ImportFormat } from "./format-names.ts";

/** The readers by format. The one of zellij is loaded alone, with its library. */
const readers: Readonly<Record<Exclude<ImportFormat, "zellij">, FormatReader>> = {
  tmuxp: readTmuxp,
  tmuxinator: readTmuxinator,
  smug: readSmug,
  teamocil: readTeamocil,
  procfile: readProcfile,
  "process-compose": readProcessCompose,
  mprocs: readMprocs,
  pm2: readPm2,
  workmux: readWorkmux,
};

/** Returns the reader of a format. */
export async function readerOf(format: ImportFormat): Promise<FormatReader> {
  return format === "zellij" ? (await import("./zellij.ts")).readZellij : readers[format];
}
