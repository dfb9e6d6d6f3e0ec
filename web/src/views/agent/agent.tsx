import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PictureLine } from "../../../../src/ui/picture/picture.ts";
import type { AgentTopic, UiAgent, UiState } from "../../../../src/ui/protocol.ts";
import { AgentChanges } from "../../control/agent-changes.tsx";
import { followAgent, showChosen } from "../../server/look.ts";
import { Command, Empty, Since } from "../../parts.tsx";
import { setQuery } from "../../router.ts";
import { Activity, State } from "../../row.tsx";
import { memoryText, ownName } from "../../words.ts";
import { EventsOf } from "./events.tsx";
import { FileDiffs } from "./file-diffs.tsx";
import { LinesOf } from "./lines.tsx";
import { ScreenElsewhere } from "./screen-elsewhere.tsx";
import { TerminalOf } from "./terminal.tsx";
import { loadLibraryAhead } from "./terminals.ts";
import { Why } from "./why.tsx";

type Tab = AgentTopic | "terminal";

const tabs: readonly { readonly id: Tab; readonly title: string }[] = [
  { id: "text", title: "Output" },
  { id: "terminal", title: "Terminal" },
  { id: "why", title: "Why" },
  { id: "diff", title: "Changes" },
  { id: "journal", title: "Journal" },
  { id: "events", title: "Events" },
];

/** One agent, with its parts. */
export function AgentView({
  name,
  fleet: { agents },
  part,
  picture,
  isControlled,
}: {
  readonly name: string;
  readonly fleet: UiState;
  readonly part: string | null;
  /** Its screen on another machine, once it is known. */
  readonly picture: readonly PictureLine[] | undefined;
  readonly isControlled: boolean;
}): JSX.Element {
  useEffect(() => {
    followAgent(name);
    return () => followAgent(undefined);
  }, [name]);
  useEffect(() => showChosen('.tabs [aria-selected="true"]'), [part]);
  const agent = agents.find((each) => each.name === name);
  const hasTerminal = agent !== undefined && !agent.isService && agent.host === null;
  useEffect(() => {
    if (hasTerminal) loadLibraryAhead();
  }, [hasTerminal]);
  if (agent === undefined) {
    return (
      <Empty title={`There is no agent ${name}`}>
        <p>It may have been renamed or removed.</p>
        <p>
          <a href="/">All agents</a>
        </p>
      </Empty>
    );
  }
  const shown = tabs.filter(({ id }) => id !== "terminal" || !agent.isService);
  const chosen = shown.find(({ id }) => id === part)?.id ?? "text";
  return (
    <>
      <div class="page-head agent-head">
        <h1>
          {agent.host !== null && <span class="muted">{agent.host}/</span>}
          {ownName(agent)}
        </h1>
        <p class="state">
          <State agent={agent} />
        </p>
        {!agent.isService && <Command line={`fleet attach ${name}`} />}
      </div>
      {isControlled && <AgentChanges agent={agent} />}
      <Facts agent={agent} />
      <div role="tablist" class="tabs" aria-label={`Parts of ${name}`}>
        {shown.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === chosen}
            aria-controls="part"
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => setQuery({ tab: id === "text" ? undefined : id }, true)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="part" aria-labelledby={`tab-${chosen}`}>
        <Part key={chosen} part={chosen} agent={agent} picture={picture} isControlled={isControlled} />
      </div>
    </>
  );
}

function Part({
  part,
  agent,
  picture,
  isControlled,
}: {
  readonly part: Tab;
  readonly agent: UiAgent;
  readonly picture: readonly PictureLine[] | undefined;
  readonly isControlled: boolean;
}): JSX.Element {
  const { name } = agent;
  switch (part) {
    case "text":
      return <LinesOf agent={agent} part="text" />;
    case "terminal":
      return agent.host === null ? (
        <TerminalOf name={name} isControlled={isControlled} />
      ) : (
        <ScreenElsewhere agent={agent} host={agent.host} picture={picture} isControlled={isControlled} />
      );
    case "journal":
      return <LinesOf agent={agent} part="journal" />;
    case "why":
      return <Why agent={agent} />;
    case "diff":
      return <FileDiffs name={name} />;
    case "events":
      return <EventsOf agent={agent} />;
  }
}

function Facts({ agent }: { readonly agent: UiAgent }): JSX.Element {
  const { labels, memoryBytes, pending, processorShare } = agent;
  const facts: readonly (readonly [string, JSX.Element | string | undefined])[] = [
    ["activity", agent.activity === null ? undefined : <Activity agent={agent} />],
    ["since", agent.since === null ? undefined : <Since at={agent.since} />],
    ["quiet", agent.quietSince === null ? undefined : <Since at={agent.quietSince} />],
    ["restarts", String(agent.restarts)],
    ["memory", memoryBytes === null ? undefined : memoryText(memoryBytes)],
    ["cpu", processorShare === null ? undefined : `${Math.round(processorShare * 100)} %`],
    [
      "labels",
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(" ") || undefined,
    ],
    ["plan", pending ?? undefined],
  ];
  return (
    <dl class="facts">
      {facts.map(
        ([title, value]) =>
          value !== undefined && (
            <div key={title} class="fact">
              <dt>{title}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
