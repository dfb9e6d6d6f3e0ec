import type { JSX } from "preact";
import type { UiDelivery } from "../../../../src/ui/changes/ui-change.ts";
import { Problems } from "../../parts.tsx";
import { counted } from "../../words.ts";
import type { Sending } from "./sending.ts";

const verdicts: Readonly<Record<UiDelivery["verdict"], string>> = {
  delivered: "delivered",
  unconfirmed: "not confirmed",
  "not-delivered": "not delivered",
};

/** The results of a text so far: a bar, the sum, and each agent that has not got it for sure. */
export function Results({
  sending: { deliveries, problems, state },
  to,
}: {
  readonly sending: Sending;
  /** The agents that get it. */
  readonly to: readonly string[];
}): JSX.Element {
  const known = [...deliveries.values()];
  const failed = known.filter(({ verdict }) => verdict !== "delivered");
  const delivered = known.length - failed.length;
  const shown = known.length <= 12 ? known : failed;
  return (
    <>
      {problems.length > 0 && <Problems title="Nothing was sent" problems={problems} />}
      {state === "sending" && to.length > 1 && (
        <progress max={to.length} value={known.length} aria-label="Agents with a result" />
      )}
      <p role="status">
        {state === "sending" && `Sending… ${known.length} of ${counted(to.length, "agent")} done.`}
        {state === "lost" &&
          "The connection was lost. Look at the agents without a result before you send it again."}
        {state === "done" &&
          problems.length === 0 &&
          `Delivered to ${delivered} of ${counted(to.length, "agent")}.`}
      </p>
      {shown.length > 0 && (
        <ul class="deliveries" aria-label="Results">
          {shown.map(({ agent, message, verdict }) => (
            <li key={agent} class={verdict}>
              <strong>{agent}</strong> {verdicts[verdict]}
              {message !== null && `: ${message}`}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
