import { resolve } from "node:path";
import { renderWatchService, watchSuffix } from "../../desired/files/watch-service.ts";
import type { Layout } from "../../desired/layout.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { placeText } from "../../metrics/place.ts";
import { installedText } from "../../report/watch/watch-service-text.ts";
import { pulledFile } from "../../source/source-paths.ts";
import {
  installService,
  isServiceInstalled,
  uninstallService,
  type ServiceKind,
} from "../service/user-service.ts";
import type { Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { WatchFlags } from "../shared/flags.ts";

const watchKind: ServiceKind = {
  command: "fleet watch",
  suffix: watchSuffix,
  render: renderWatchService,
  installed: installedText,
};

/** Runs `fleet watch --install`: makes systemd run the watch, from now on and at each boot. */
export async function installWatch(given: Context, flags: WatchFlags, script?: string): Promise<ExitCode> {
  const source = flags.source === undefined ? undefined : resolve(flags.source);
  const pulled = source === undefined ? undefined : pulledFile(source);
  const context = pulled === undefined ? given : { ...given, flags: { ...given.flags, file: pulled } };
  return installService(context, { ...watchKind, script }, (path) => watchArguments(flags, source, path));
}

/** Returns true if the watch of a source runs as a service, exactly as it would be installed now. */
export async function isWatchInstalled(
  layout: Layout,
  source: string,
  script: string,
  context: Context,
): Promise<Result<boolean>> {
  return isServiceInstalled(layout, { ...watchKind, script }, watchArguments({}, source, ""), context);
}

function watchArguments(
  { debounce, events = true, metrics, resync }: WatchFlags,
  source: string | undefined,
  file: string,
): readonly string[] {
  return [
    ...(source === undefined ? ["--file", file] : ["--source", source]),
    ...(debounce === undefined ? [] : ["--debounce", `${debounce}ms`]),
    ...(resync === undefined ? [] : ["--resync", `${resync}ms`]),
    ...(events ? [] : ["--no-events"]),
    ...(metrics === undefined ? [] : ["--metrics", placeText(metrics)]),
  ];
}

/** Runs `fleet watch --uninstall`: removes the service. */
export async function uninstallWatch(context: Context): Promise<ExitCode> {
  return uninstallService(context, watchKind);
}
