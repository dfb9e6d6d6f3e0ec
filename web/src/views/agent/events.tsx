import type { JSX } from "preact";
import type { UiAgent } from "../../../../src/ui/protocol.ts";
import { Empty } from "../../parts.tsx";
import { useAnswer } from "../../server/use-answer.ts";
import { AnsweredBy } from "../answered.tsx";

interface Events {
  readonly events?: readonly { readonly time: string; readonly message: string; readonly kind: string }[];
}

/** The events of an agent, the last one first. */
export function EventsOf({ agent: { name, since, state } }: { readonly agent: UiAgent }): JSX.Element {
  const asked = useAnswer<Events>(`/api/agents/${name}/events`, `${since} ${state}`);
  return (
    <AnsweredBy
      asked={asked}
      show={({ events = [] }) =>
        events.length === 0 ? (
          <Empty title="Nothing is known to have happened" />
        ) : (
          <ol class="events">
            {events.toReversed().map(({ kind, message, time }) => (
              <li key={`${time} ${message}`} class={kind}>
                <time dateTime={time}>{new Date(time).toLocaleString()}</time>
                <span>{message}</span>
              </li>
            ))}
          </ol>
        )
      }
    />
  );
}
