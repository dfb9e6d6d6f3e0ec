import type { HostResult } from "../../hosts/host-result.ts";
import { fail, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isInAgent } from "../../observe/processes/in-agent.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { attachOnHost } from "./attach-on-host.ts";
import { changeOnHosts } from "./change-on-hosts.ts";
import { prepareErrands } from "./prepare-errands.ts";
import { runOnHosts, type Errands } from "./run-hosts.ts";
import { codeOf, showResults } from "./show-results.ts";
import { withErrands } from "./with-errands.ts";

/** Commands that show a plan, ask, and change something. */
const asking: ReadonlySet<string> = new Set(["apply", "start", "restart", "stop", "adopt", "destroy"]);

/** Commands that change something without a question, because they interrupt no agent. */
const changing: ReadonlySet<string> = new Set(["suspend", "resume", "send"]);

/** Runs a command on the hosts of a list. `words` are its command line without the options for this machine. */
export async function onHosts(context: Context, list: string, words: readonly string[]): Promise<ExitCode> {
  const [command = "", ...rest] = words;
  const path = command === "apply" ? rest.find((word) => /^[^-].*[./]/.test(word)) : undefined;
  if (path !== undefined) return report(context, [savedPlanProblem(path)]);
  // An agent could write to others whatever sendFromAgents says: each machine knows its own agents alone.
  if (command === "send" && isInAgent()) return report(context, [onlyHere]);
  const prepared = await prepareErrands(context, list, words);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  return withErrands(prepared.value, context, async (errands) => {
    const { fleet } = prepared.value;
    if (asking.has(command)) return changeOnHosts(errands, words, fleet, context);
    if (command === "attach") return attach(errands, fleet, context);
    const isLive = command === "logs";
    const results = await runOnHosts(
      changing.has(command) ? withRunIds(errands) : { ...errands, isLive },
      context,
    );
    showResults(results, { ...errands, isLive }, { fleet, command }, context);
    const wasStopped = errands.stopSignals.soon.aborted;
    // Ctrl-C is the usual end of logs --follow.
    return isLive && wasStopped ? exitCodes.ok : codeOf(results, wasStopped);
  });
}

async function attach(errands: Errands, fleet: string, context: Context): Promise<ExitCode> {
  const [host, ...others] = errands.hosts;
  if (host === undefined || others.length > 0) {
    const many = fail("bad-usage", "a terminal can be at one host only", {
      hint: "name the host and the agent: fleet attach build1/coder-1",
    });
    return report(context, many.ok ? [] : many.diagnostics);
  }
  const results: readonly HostResult[] = await runOnHosts(errands, context);
  const [result] = results;
  const code = codeOf(results, errands.stopSignals.soon.aborted);
  showResults(results, errands, { fleet, command: "attach" }, context);
  return code !== exitCodes.ok || result === undefined ? code : attachOnHost(host, result, context);
}

/** Returns the same errands for a change without a question, each run with an id of its own. */
function withRunIds(errands: Errands): Errands {
  return {
    ...errands,
    purpose: "change",
    requestFor: (host) => ({ ...errands.requestFor(host), run: crypto.randomUUID() }),
  };
}

function savedPlanProblem(path: string): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${path} is no agent: a saved plan is for one machine`,
    hint: "leave out --host to apply a saved plan; with --host, the plan that you agree to is exactly what happens",
  };
}

const onlyHere: Diagnostic = {
  severity: "error",
  code: "blocked",
  summary: "an agent may send on its own machine only",
  hint: "send it from a terminal of your own",
};
