import type { JSX } from "preact";
import { agentWords, stakePhrase } from "../../../../src/report/phrases.ts";
import { holdPhrase } from "../../../../src/report/plan/agents/hold-text.ts";
import { glyphs } from "../../../../src/report/plan/agents/glyphs.ts";
import type {
  AgentWhyJson,
  DifferenceJson,
  PlaceJson,
  WhyJson,
} from "../../../../src/report/status/why-output.ts";
import type { UiAgent } from "../../../../src/ui/protocol.ts";
import { current } from "../../store.ts";
import { useAnswer } from "../../server/use-answer.ts";
import { AnsweredBy } from "../answered.tsx";

/** The way from the lines of fleet.yaml to the plan for an agent. */
export function Why({ agent }: { readonly agent: UiAgent }): JSX.Element {
  const { action, host, name, pending, state } = agent;
  const asked = useAnswer<WhyJson>(`/api/agents/${name}/why`, `${action} ${state} ${pending}`);
  return (
    <AnsweredBy
      asked={asked}
      show={({ agents }) => (
        <>
          {agents.map((each) => (
            <WhySteps key={each.name} why={each} host={host ?? undefined} />
          ))}
        </>
      )}
    />
  );
}

/** The steps of an agent. `host` is its machine, if that is another one. */
function WhySteps({
  why,
  host,
}: {
  readonly why: AgentWhyJson;
  readonly host: string | undefined;
}): JSX.Element {
  const {
    declared,
    differences,
    values,
    policy,
    completed,
    lostWorkdir,
    blocked,
    hindrance,
    refusals,
    deviations,
  } = why;
  const stake = "atStake" in why ? why.atStake : undefined;
  const steps: readonly (readonly [string, JSX.Element | false | undefined])[] = [
    ["Declared", declared === null ? <p>no longer</p> : <Source place={declared} />],
    ["Difference", differences.length === 0 ? <p>none</p> : <Differences all={differences} />],
    [
      "Runs with",
      values.length > 0 && (
        <ul>
          {values.map(({ field, running, next }) => (
            <li key={field}>
              <code>{field}</code> {running ?? "not set"}, next {next ?? "not set"}
            </li>
          ))}
        </ul>
      ),
    ],
    ["Workdir", lostWorkdir !== undefined && <p>{lostWorkdir} was removed while it runs in it</p>],
    [
      "Completed",
      completed !== undefined && (
        <p>{completed.at === null ? "yes" : new Date(completed.at).toLocaleString()}</p>
      ),
    ],
    ["Policy", policy && <Policy policy={policy} />],
    ["At stake", stake && <p>{stakePhrase(stake)}</p>],
    ["Hold", why.action === "pending" && <p>{holdReason(why, host)}</p>],
    ["Blocked", blocked && <Differences all={[blocked]} />],
    ["Fleet", hindrance && <Differences all={[hindrance]} />],
    ["In force", deviations.length > 0 && <Messages all={deviations} />],
    ["Refused", refusals.length > 0 && <Messages all={refusals} />],
    ["Action", <p class="verdict">{verdict(why)}</p>],
  ];
  return (
    <dl class="steps">
      {steps.map(
        ([title, content]) =>
          content !== undefined &&
          content !== false && (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{content}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Messages({ all }: { readonly all: readonly { readonly message: string }[] }): JSX.Element {
  return (
    <ul>
      {all.map(({ message }) => (
        <li key={message}>{message}</li>
      ))}
    </ul>
  );
}

function Differences({ all }: { readonly all: readonly DifferenceJson[] }): JSX.Element {
  return (
    <ul>
      {all.map(({ message, places }) => (
        <li key={message}>
          {message}
          {places.flatMap(({ setIn }) =>
            setIn.map(({ place }) => <Source key={`${place.file}:${place.line}`} place={place} />),
          )}
        </li>
      ))}
    </ul>
  );
}

/** A line of fleet.yaml. */
function Source({ place: { file, line, source } }: { readonly place: PlaceJson }): JSX.Element {
  const folder = current().fleet?.fleet.file.replace(/[^/]*$/, "") ?? "";
  return (
    <p class="source">
      <span class="at">
        {file.startsWith(folder) ? file.slice(folder.length) : file}:{line}
      </span>
      <code>{source.trim()}</code>
    </p>
  );
}

function Policy({
  policy: { onChange, idleAfter },
}: {
  readonly policy: NonNullable<AgentWhyJson["policy"]>;
}): JSX.Element {
  const origin = (from: string): string =>
    from === "default" ? "by default" : `of ${from === "agent" ? "the agent" : from}`;
  return (
    <>
      <p>
        onChange: {onChange.value}, {origin(onChange.from)}
      </p>
      {onChange.value === "when-idle" && (
        <p>
          idleAfter: {idleAfter.ms / 1000} s, {origin(idleAfter.from)}
        </p>
      )}
    </>
  );
}

function holdReason(why: Extract<AgentWhyJson, { action: "pending" }>, host: string | undefined): string {
  const name = agentWords(why.name, host);
  if (why.hold === "suspended") return `suspended; to end that: fleet resume ${name}`;
  const { hold, awaiting, atStake, reason, cost, action } = why;
  return holdPhrase({ name, hold, awaiting, atStake, reason, cost, action, changes: [] });
}

function verdict({ action, cost, refusals }: AgentWhyJson): string {
  if (refusals.length > 0) return "nothing while that is refused";
  switch (action) {
    case "none":
      return "nothing to do";
    case "blocked":
      return "nothing while that is in the way";
    case "pending":
      return "nothing now";
    case "add":
    case "adopt":
    case "change":
    case "remove":
    case "restart":
    case "start":
    case "stop":
      return `${glyphs[action].verb}${cost === "agent" ? ", which interrupts its work" : ""}`;
  }
}
