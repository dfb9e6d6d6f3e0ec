import { resolve } from "node:path";
import { fullRef } from "../../../config/source/source-settings.ts";
import { formatDuration } from "../../../text/durations.ts";
import { type Context, report } from "../../shared/context.ts";
import type { ExitCode } from "../../shared/exit-codes.ts";
import type { SourceFlags } from "../../shared/flags.ts";
import { settingsFrom, signersOf } from "../../source/try-source.ts";
import { agreeOnHosts } from "./agree-on-hosts.ts";
import { prepareErrands } from "../prepare-errands.ts";
import { withErrands } from "../with-errands.ts";

/**
 * Runs `fleet hosts enroll`: each host fetches and verifies the repository by itself, and proposes its changes. After one
 * question it installs this program, source.yaml, the allowed signers and the service of its watch. Sends no fleet file.
 */
export async function enrollHosts(context: Context, list: string, flags: SourceFlags): Promise<ExitCode> {
  const { source: address = "", yes = false } = flags;
  const signers = signersOf(flags);
  if (!signers.ok) return report(context, signers.diagnostics);
  // A mistake in the options needs no connection.
  const settings = settingsFrom(address, flags, "/allowed_signers");
  if (!settings.ok) return report(context, settings.diagnostics);
  const prepared = await prepareErrands(context, list, []);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const { fleet, requestFor } = prepared.value;
  const file = flags.signers === undefined ? undefined : resolve(flags.signers);
  const words = ["source", "enroll", address, "--fleet", fleet, ...enrollOptions(flags, file)];
  const errand = {
    ...prepared.value,
    requestFor: (host: string) => ({
      ...requestFor(host),
      texts: file === undefined ? [] : [[file, signers.value ?? null] as const],
      words: [...words, "--as", host],
    }),
  };
  return withErrands(errand, context, (errands) =>
    agreeOnHosts(errands, { fleet, command: "enroll", yes, needsLinger: true }, context),
  );
}

/** Runs `fleet hosts unenroll`: hosts follow their source no more. Their agents go on. */
export async function unenrollHosts(
  context: Context,
  list: string,
  { yes = false }: SourceFlags,
): Promise<ExitCode> {
  const prepared = await prepareErrands(context, list, []);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const { fleet, requestFor } = prepared.value;
  const words = ["source", "unenroll", "--source", sourceOnHosts(fleet)];
  const errand = {
    ...prepared.value,
    requestFor: (host: string) => ({ ...requestFor(host), texts: [], words }),
  };
  return withErrands(errand, context, (errands) =>
    agreeOnHosts(errands, { fleet, command: "unenroll", yes }, context),
  );
}

/** Returns the path of source.yaml on any host. */
export function sourceOnHosts(fleet: string): string {
  return `~/.config/${fleet}/fleet/source.yaml`;
}

function enrollOptions(
  { ref, path, interval, commits, verify }: SourceFlags,
  signers: string | undefined,
): readonly string[] {
  const given = {
    "--ref": ref === undefined ? undefined : (fullRef(ref) ?? ref),
    "--path": path,
    "--interval": interval === undefined ? undefined : formatDuration(interval),
    "--commits": commits,
    "--signers": verify === false ? undefined : signers,
  };
  return [
    ...Object.entries(given).flatMap(([option, value]) => (value === undefined ? [] : [option, value])),
    ...(verify === false ? ["--no-verify"] : []),
  ];
}
