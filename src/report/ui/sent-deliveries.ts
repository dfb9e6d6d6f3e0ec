import type { DiagnosticJson } from "../json/shared-output.ts";
import type { HostRunJson } from "../hosts/hosts-run-output.ts";
import type { UiDelivery } from "../../ui/changes/ui-change.ts";

/** Ends of a run on a host without news of the arrived texts. */
const uncertain: ReadonlySet<HostRunJson["state"]> = new Set(["lost", "unknown"]);

/**
 * Returns the results of a text for agents of a host, with names as on the page. An agent without a result of its own gets the
 * reason of its host; `run` is undefined if the command gave no answer.
 */
export function deliveriesOnHost(
  host: string,
  names: readonly string[],
  run: HostRunJson | undefined,
): readonly UiDelivery[] {
  const own = new Map(deliveriesIn(run?.result).map((each) => [each.agent, each]));
  const reason = run?.diagnostics.find(({ severity }) => severity === "error");
  const rest = run === undefined || uncertain.has(run.state) ? unknownEnd : notDelivered(host, reason);
  return names.map((name) => ({ ...(own.get(name) ?? rest), agent: `${host}/${name}` }));
}

/** Returns the results for agents whose command has ended without a word about them. */
export function deliveriesWithoutWord(names: readonly string[]): readonly UiDelivery[] {
  return names.map((agent) => ({ ...unknownEnd, agent }));
}

type ShownVerdict = Omit<UiDelivery, "agent">;

const unknownEnd: ShownVerdict = {
  verdict: "unconfirmed",
  message: "its result was lost. Look at the agent before you send it again",
};

/** Returns the result for an agent of a host that is not on the page. */
export function notOnPage(host: string): ShownVerdict {
  return { verdict: "not-delivered", message: `host ${host} is not on this page` };
}

function notDelivered(host: string, reason: DiagnosticJson | undefined): ShownVerdict {
  return { verdict: "not-delivered", message: reason?.summary ?? `${host} gave no answer` };
}

/** Returns the results in the JSON of `fleet send`; none if it is that of problems. */
function deliveriesIn(value: unknown): readonly UiDelivery[] {
  const hasAgents = typeof value === "object" && value !== null && "agents" in value;
  if (!hasAgents || !Array.isArray(value.agents)) return [];
  return (value.agents as readonly UiDelivery[]).map(({ agent, verdict, message }) => ({
    agent,
    verdict,
    message,
  }));
}
