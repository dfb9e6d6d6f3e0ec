import { resolve } from "node:path";
import { sourceFile } from "../../source/source-paths.ts";
import { expandHome } from "../../text/paths.ts";
import type { Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { SourceFlags } from "../shared/flags.ts";

/** Runs `fleet source`: one of its actions. */
export async function sourceCommandOf(
  context: Context,
  what: string,
  argument: string,
  flags: SourceFlags,
): Promise<ExitCode> {
  const { machine } = context;
  const file =
    flags.source === undefined
      ? sourceFile("mosaic", machine)
      : resolve(expandHome(flags.source, machine.home));
  switch (what) {
    case "enroll":
      return (await import("./enroll.ts")).enrollSource(context, argument, flags);
    case "unenroll":
      return (await import("./unenroll.ts")).unenrollSource(context, file, flags);
    case "accept":
    case "pin":
      return (await import("./order.ts")).orderRevision(context, file, what, argument, flags);
    case "unpin":
      return (await import("./order.ts")).unpinRevision(context, file);
    case "sync":
      return (await import("./sync.ts")).syncSource(context, file);
    default:
      return (await import("./status.ts")).sourceStatus(context, file);
  }
}
