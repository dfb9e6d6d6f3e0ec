import { resolve } from "node:path";
import { renderUiService, uiSuffix } from "../../desired/files/ui-service.ts";
import { uiInstalledText } from "../../report/ui/link-text.ts";
import { installService, uninstallService, type ServiceKind } from "../service/user-service.ts";
import type { Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { UiFlags } from "../shared/flags.ts";

/** Runs `fleet ui --install`: makes systemd serve the page, from now on and at each boot. */
export async function installUi(
  context: Context,
  { control = false, host, port, socket }: UiFlags,
): Promise<ExitCode> {
  const at = socket === undefined ? undefined : resolve(socket);
  const kind: ServiceKind = {
    ...uiKind,
    installed: (unit, path) => uiInstalledText(unit, path, { port, socket: at }),
  };
  // Without a link in its output: a journal would keep it.
  return installService(context, kind, (path) => [
    "--quiet",
    "--no-open",
    "--file",
    path,
    ...(control ? ["--control"] : []),
    ...(host === undefined ? [] : ["--host", host]),
    ...(port === undefined ? [] : ["--port", String(port)]),
    ...(at === undefined ? [] : ["--socket", at]),
  ]);
}

/** Runs `fleet ui --uninstall`: removes the service. */
export async function uninstallUi(context: Context): Promise<ExitCode> {
  return uninstallService(context, uiKind);
}

const uiKind: ServiceKind = {
  command: "fleet ui",
  suffix: uiSuffix,
  render: renderUiService,
  installed: (unit, path) => uiInstalledText(unit, path, {}),
};
