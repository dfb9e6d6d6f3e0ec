import type { JSX } from "preact";
import type { HostJson } from "../../../src/report/hosts/hosts-output.ts";
import type { UiHost, UiState } from "../../../src/ui/protocol.ts";
import { propose } from "../control/proposals.ts";
import { Command, Empty, Mark, Since } from "../parts.tsx";
import { useAnswer } from "../server/use-answer.ts";
import { counted, groups } from "../words.ts";
import { AnsweredBy } from "./answered.tsx";

/** The machines of a fleet, with the states of those on the page. */
export function HostsView({
  fleet,
  isControlled,
}: {
  readonly fleet: UiState;
  readonly isControlled: boolean;
}): JSX.Element {
  const asked = useAnswer<{ readonly hosts?: readonly HostJson[] }>(
    "/api/hosts",
    fleet.agents.map(({ action, name }) => name + action).join(),
  );
  const hasOthers = fleet.fleet.hosts.length > 0;
  return (
    <>
      <div class="page-head">
        <h1>Hosts</h1>
        <p class="made">
          {hasOthers
            ? `${fleet.fleet.host === null ? "They" : "This machine is followed, and the others"} are asked every 15 seconds while somebody looks.`
            : "This page observes its own machine."}
        </p>
      </div>
      <AnsweredBy
        asked={asked}
        show={({ hosts = [] }) =>
          hosts.length === 0 ? (
            <Empty title="This fleet has no hosts">
              <p>
                All of its agents are on the machine that applies it. A section <code>hosts:</code> in
                fleet.yaml spreads them over several machines.
              </p>
            </Empty>
          ) : (
            <>
              <ul class="hosts">
                {hosts.map((host) => (
                  <Host key={host.name} host={host} fleet={fleet} isControlled={isControlled} />
                ))}
              </ul>
              {!hasOthers && (
                <p class="note">
                  For the agents of other hosts on this page, start it with{" "}
                  <Command line="fleet ui --host all" />
                </p>
              )}
            </>
          )
        }
      />
    </>
  );
}

function Host({
  host,
  fleet,
  isControlled,
}: {
  readonly host: HostJson;
  readonly fleet: UiState;
  readonly isControlled: boolean;
}): JSX.Element {
  const { agents, hostname, isHere, labels, name } = host;
  const other = fleet.fleet.hosts.find((each) => each.name === name);
  const own = fleet.agents.filter((agent) => agent.host === (isHere ? null : name));
  const details = [
    ...(hostname === name ? [] : [hostname]),
    ...Object.entries(labels).map((pair) => pair.join("=")),
  ];
  const isSeen = isHere || (other !== undefined && other.seenAt !== null);
  return (
    <li class={`host ${other?.state ?? ""}`}>
      <h2>
        {name} {isHere && <span class="tag">this machine</span>}
        {other !== undefined && <Answer host={other} />}
      </h2>
      {details.length > 0 && <p class="muted">{details.join(" ")}</p>}
      {other !== undefined && other.problem !== null && (
        <p class="problem">
          {other.problem.summary}
          {other.problem.detail !== null && `: ${other.problem.detail}`}
          {other.problem.hint !== null && <span class="hint">{other.problem.hint}</span>}
        </p>
      )}
      {isSeen && (
        <ul class="counts">
          {groups
            .map((group) => ({ ...group, count: own.filter((agent) => group.has(agent)).length }))
            .filter(({ count }) => count > 0)
            .map(({ count, id, sign, title }) => (
              <li key={id}>
                <a href={fleet.fleet.hosts.length > 0 ? `/?host=${name}&show=${id}` : `/?show=${id}`}>
                  <Mark sign={sign} /> {title} <strong>{count}</strong>
                </a>
              </li>
            ))}
        </ul>
      )}
      {!isSeen && (
        <p>
          {counted(agents.length, "agent")} declared, states unknown here:{" "}
          <Command line={`fleet status --host ${name}`} />
        </p>
      )}
      <p class="names muted">{agents.join(", ")}</p>
      {isControlled && (isHere || other !== undefined) && (
        <p>
          <button
            type="button"
            aria-label={`Apply on ${name}…`}
            onClick={() =>
              propose({ verb: "apply", agents: [], hosts: isHere ? [] : [name], now: false, allow: [] })
            }
          >
            Apply…
          </button>
        </p>
      )}
    </li>
  );
}

/** The last answer of another machine. */
function Answer({ host: { seenAt, state } }: { readonly host: UiHost }): JSX.Element {
  if (state === "asking")
    return (
      <span class="answer">
        <Mark sign="moving" /> asking
      </span>
    );
  return (
    <span class={`answer ${state}`}>
      <Mark sign={state === "reached" ? "ok" : "failed"} /> {state === "reached" ? "seen" : "no answer"}
      {seenAt !== null && (
        <>
          {state === "reached" ? " " : ", seen "}
          <Since at={seenAt} /> ago
        </>
      )}
    </span>
  );
}
