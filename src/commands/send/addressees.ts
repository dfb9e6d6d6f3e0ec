import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { Survey } from "../../observed/survey.ts";
import { survey } from "../../observe/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { hiddenSession } from "../../plan/fleet/hidden-session.ts";
import { candidatesIn } from "../../plan/selection/candidates.ts";
import { isPattern, patternTest } from "../../plan/selection/patterns.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { hiddenSessionProblem } from "../../report/attach/hidden-session-problem.ts";
import { addressOf, type AddressWords } from "../../send/address.ts";
import { senderIn, type Sender } from "../../send/sender.ts";
import { readFleet } from "../shared/read-fleet.ts";
import type { Context } from "../shared/context.ts";
import { selectAgents } from "../shared/select-agents.ts";

/** The agents of a command line, and the rest of it. */
export interface Addressees {
  readonly agents: ReadonlySet<string>;
  /** The words of the text, or the keys; undefined if a file or standard input has the text. */
  readonly rest: readonly string[] | undefined;
  /** The agent the command runs in; undefined for a person. */
  readonly sender: Sender | undefined;
}

/** The words of a command line, with what commander has read of it. */
export interface GivenWords extends Pick<
  AddressWords,
  "words" | "afterDashes" | "verb" | "hasFile" | "hasInput"
> {
  readonly labels: Selection["labels"];
  readonly all: boolean;
  readonly force: boolean;
}

/** Reads the fleet and the machine, and returns them with the agents a command line means. */
export async function surveyAddressees(
  context: Context,
  given: GivenWords,
): Promise<Result<{ readonly surveyed: Survey; readonly addressees: Addressees }>> {
  const config = await readFleet(context);
  if (!config.ok) return config;
  const surveyed = await survey(config.value, { ...context, ignoresWork: true });
  if (!surveyed.ok) return surveyed;
  const addressees = await addresseesOf(surveyed.value, given);
  return addressees.ok ? ok({ surveyed: surveyed.value, addressees: addressees.value }) : addressees;
}

/**
 * Returns the agents a command line means. An agent that sends is not among those of a pattern, of labels or of --all,
 * cannot force anything, and may be forbidden to send at all.
 */
async function addresseesOf(surveyed: Survey, given: GivenWords): Promise<Result<Addressees>> {
  const { config, desired, observed } = surveyed;
  const { labels, all, force } = given;
  const sender = senderIn(observed.selfUnit, desired.layout.fleet);
  if (sender !== undefined && config.sendFromAgents === false) {
    return fail("blocked", "the agents of this fleet may not send to each other", {
      detail: `This runs in the agent ${sender.name}, and fleet.yaml says sendFromAgents: false.`,
    });
  }
  if (sender !== undefined && force) {
    return fail("blocked", "an agent may not use --force", {
      detail: `This runs in the agent ${sender.name}. Only a person may answer a question, or add to a draft.`,
    });
  }
  const { names: known } = candidatesIn(surveyed, "any");
  const isAgentWord = (word: string): boolean =>
    known.has(word) || (isPattern(word) && [...known.keys()].some(patternTest(word)));
  const address = addressOf({ ...given, selects: all || labels !== undefined, isAgent: isAgentWord });
  if (!address.ok) return address;
  const { names, rest } = address.value;
  if (all && names.length > 0) {
    return fail("bad-usage", `option '--all' contradicts the names after the command: ${names.join(" ")}`);
  }
  const selected = await selectAgents({ names, labels, all }, surveyed, "any");
  if (!selected.ok) return selected;
  const agents = new Set(selected.value);
  const own = sender?.agent;
  if (own !== undefined && !names.includes(own)) agents.delete(own);
  if (agents.size === 0) {
    return fail("unknown-agent", `this is the agent ${own}, and the selection has no other one`, {
      hint: wording`to send to itself, name it: ${fleetCommand(given.verb)} ${own ?? ""}`,
    });
  }
  const view = agentViews(observed, desired.layout);
  const problems = [...agents].flatMap((agent) => {
    const reason = hiddenSession(view(agent), observed, desired.layout);
    return reason === undefined ? [] : [hiddenSessionProblem(agent, reason)];
  });
  return problems.length > 0 ? { ok: false, diagnostics: problems } : ok({ agents, rest, sender });
}
