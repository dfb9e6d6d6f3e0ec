import type { JSX } from "preact";
import type { HostJson } from "../../../src/report/hosts/hosts-output.ts";
import type { UiState } from "../../../src/ui/protocol.ts";
import { Command, Empty, Mark } from "../parts.tsx";
import { useAnswer } from "../use-answer.ts";
import { counted, groups } from "../words.ts";
import { AnsweredBy } from "./answered.tsx";

/** The machines of a fleet. This page observes its own machine, and knows the others from fleet.yaml alone. */
export function HostsView({ fleet }: { readonly fleet: UiState }): JSX.Element {
  const asked = useAnswer<{ readonly hosts?: readonly HostJson[] }>(
    "/api/hosts",
    fleet.agents.map(({ action, name }) => name + action).join(),
  );
  return (
    <>
      <div class="page-head">
        <h1>Hosts</h1>
        <p class="made">This page observes its own machine. It knows the others from fleet.yaml.</p>
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
            <ul class="hosts">
              {hosts.map((host) => (
                <Host key={host.name} host={host} fleet={fleet} />
              ))}
            </ul>
          )
        }
      />
    </>
  );
}

function Host({ host, fleet }: { readonly host: HostJson; readonly fleet: UiState }): JSX.Element {
  const { agents, hostname, isHere, labels, name } = host;
  const details = [
    ...(hostname === name ? [] : [hostname]),
    ...Object.entries(labels).map((pair) => pair.join("=")),
  ];
  return (
    <li class="host">
      <h2>
        {name} {isHere && <span class="tag">this machine</span>}
      </h2>
      {details.length > 0 && <p class="muted">{details.join(" ")}</p>}
      {isHere ? (
        <ul class="counts">
          {groups
            .map((group) => ({ ...group, count: fleet.agents.filter((agent) => group.has(agent)).length }))
            .filter(({ count }) => count > 0)
            .map(({ count, id, sign, title }) => (
              <li key={id}>
                <a href={`/?show=${id}`}>
                  <Mark sign={sign} /> {title} <strong>{count}</strong>
                </a>
              </li>
            ))}
        </ul>
      ) : (
        <p>
          {counted(agents.length, "agent")} declared, states unknown here:{" "}
          <Command line={`ssh ${hostname} fleet status`} />
        </p>
      )}
      <p class="names muted">{agents.join(", ")}</p>
    </li>
  );
}
