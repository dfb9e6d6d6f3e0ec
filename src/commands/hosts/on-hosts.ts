import { hostname } from "node:os";
import { resolve } from "node:path";
import { relativePathsIn } from "../../config/file/absolute-paths.ts";
import type { LoadedFleet } from "../../config/file/load.ts";
import { hostWithName } from "../../config/hosts/find-host.ts";
import { sliceFor } from "../../config/hosts/slice.ts";
import type { FleetConfig } from "../../config/types.ts";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { selectHosts } from "../../hosts/select-hosts.ts";
import { listenForSignals } from "../../system/signals.ts";
import { hostsStopLine } from "../../report/hosts/host-lines.ts";
import { bundleOfThis } from "../../transport/bundle.ts";
import type { RemoteRequest } from "../../transport/frames.ts";
import { report, type Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import { readFleetFile } from "../shared/read-fleet.ts";
import { changeOnHosts } from "./change-on-hosts.ts";
import { findHosts, runOnHosts, type Errands } from "./run-hosts.ts";
import { codeOf, showResults } from "./show-results.ts";

/** The most connections at a time. */
const defaultParallel = 32;

/** Commands that show a plan, ask, and change something. */
const asking: ReadonlySet<string> = new Set(["apply", "start", "restart", "stop", "adopt", "destroy"]);

/** Commands that change something without a question, because they interrupt no agent. */
const changing: ReadonlySet<string> = new Set(["suspend", "resume", "send"]);

/** Runs a command on the hosts of `--host`. `words` are its command line without the options for this machine. */
export async function onHosts(context: Context, words: readonly string[]): Promise<ExitCode> {
  const loaded = await readFleetFile(context, true);
  if (!loaded.ok) return report(context, loaded.diagnostics);
  const { config } = loaded.value;
  const { hosts = {} } = config;
  const [command = "", ...rest] = words;
  const path = command === "apply" ? rest.find((word) => /^[^-].*[./]/.test(word)) : undefined;
  if (path !== undefined) return report(context, [savedPlanProblem(path)]);
  const selected = selectedHosts(config, context.flags.host ?? "");
  const bundle = bundleOfThis();
  if (!selected.ok) return report(context, selected.diagnostics);
  if (!bundle.ok) return report(context, bundle.diagnostics);
  const portable = withoutRelativePaths(loaded.value.declared, selected.value, loaded.value.file);
  if (!portable.ok) return report(context, portable.diagnostics);
  const here = hostWithName(hosts, hostname());
  const isHere = (name: string): boolean => name === here || hosts[name]?.ssh === "local";
  const signals = listenForSignals((request) => {
    if (request !== "go-on") context.output.remark(hostsStopLine(request));
  });
  try {
    const errands: Errands = {
      hosts: await findHosts(selected.value, hosts, isHere, context),
      requestFor: requestsFor(loaded.value, words, context),
      purpose: changing.has(command) ? "change" : "read",
      bundle: bundle.value,
      maxParallel: context.flags.maxParallel ?? defaultParallel,
      stopSignals: signals.stopSignals,
    };
    if (asking.has(command)) return await changeOnHosts(errands, words, config.name, context);
    const results = await runOnHosts(withRunIds(errands), context);
    showResults(results, errands, { fleet: config.name, command }, context);
    return codeOf(results, signals.stopSignals.soon.aborted);
  } finally {
    signals.end();
  }
}

/** Returns the same errands, each run with an id of its own if it changes something. */
function withRunIds(errands: Errands): Errands {
  if (errands.purpose === "read") return errands;
  return { ...errands, requestFor: (host) => ({ ...errands.requestFor(host), run: crypto.randomUUID() }) };
}

function savedPlanProblem(path: string): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${path} is no agent: a saved plan is for one machine`,
    hint: "leave out --host to apply a saved plan; with --host, the plan that you agree to is exactly what happens",
  };
}

function selectedHosts({ hosts }: FleetConfig, list: string): Result<readonly string[]> {
  if (hosts === undefined)
    return fail("bad-usage", "this fleet has no hosts", {
      hint: "leave out --host, or declare them: hosts: { build1: {}, build2: {} }",
    });
  const selected = selectHosts(hosts, list);
  if (selected.ok) return ok(selected.names);
  return fail("bad-usage", `no host fits ${JSON.stringify(selected.part)}`, {
    detail: `The hosts are ${Object.keys(hosts).join(", ")}.`,
    hint: "select by names, patterns, LABEL=VALUE or all, with commas between; ! takes hosts away",
  });
}

/** Checks that no path needs the folder of fleet.yaml, which other machines do not have. */
function withoutRelativePaths(config: FleetConfig, names: readonly string[], file: string): Result<void> {
  for (const name of names) {
    const [path] = relativePathsIn(sliceFor(config, name));
    if (path !== undefined)
      return fail(
        "invalid-value",
        `${JSON.stringify(path)} in ${file} is relative to the folder of that file`,
        {
          detail: `Host ${name} has no such folder. Nothing was changed.`,
          hint: `write the path there: ~/${path.replace(/^(?:\.\/)?/, "")}`,
        },
      );
  }
  return ok(undefined);
}

function requestsFor(
  { file, text, included }: LoadedFleet,
  words: readonly string[],
  { output }: Context,
): (host: string) => RemoteRequest {
  const path = resolve(file);
  const { color, quiet, verbose } = output.options;
  const texts = [[path, text] as const, ...included.map((each) => [each.path, each.text] as const)];
  return (host) => ({ host, file: path, texts, words, form: { color, quiet, verbose } });
}
