import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { UiAgent, UiDelivery, UiSent, UiState } from "../../../src/ui/protocol.ts";
import { receive, tell } from "../connection.ts";
import { Problems } from "../parts.tsx";
import { change } from "../store.ts";
import { counted } from "../words.ts";
import { objectionTo } from "./objections.ts";

const verdicts: Readonly<Record<UiDelivery["verdict"], string>> = {
  delivered: "delivered",
  unconfirmed: "not confirmed",
  "not-delivered": "not delivered",
};

/** The longest text, characters. */
const mostText = 32_000;

let ids = 1_000_000;
const waiting = new Map<number, (sent: UiSent | undefined) => void>();

receive({
  connected() {
    // Nobody knows whether a text on its way has arrived.
    for (const take of waiting.values()) take(undefined);
    waiting.clear();
  },
  message(message) {
    if (message.t !== "sent") return;
    waiting.get(message.id)?.(message.sent);
    waiting.delete(message.id);
  },
});

type Step = "writing" | "sending" | "lost" | UiSent;

/** The writing of a text for agents, with what speaks against each, and the result for each. */
export function PromptDialog({
  names,
  fleet: { agents },
}: {
  readonly names: readonly string[];
  readonly fleet: UiState;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [step, setStep] = useState<Step>("writing");
  const listed = useMemo(
    () => names.flatMap((name) => agents.find((agent) => agent.name === name) ?? []),
    [names, agents],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => chosenAtFirst(listed));
  useEffect(() => dialog.current?.showModal(), []);
  const able = listed.filter((agent) => objectionTo(agent, Date.now())?.isFinal !== true);
  const to = able.filter(({ name }) => chosen.has(name)).map(({ name }) => name);
  const isSent = typeof step === "object";

  function send(): void {
    if (to.length === 0 || text === "" || step !== "writing") return;
    ids += 1;
    waiting.set(ids, (sent) => setStep(sent ?? "lost"));
    setStep("sending");
    tell({ t: "send", id: ids, agents: to, text });
  }
  const toggle = (name: string, isOn: boolean): void => {
    const next = new Set(chosen);
    if (isOn) next.add(name);
    else next.delete(name);
    setChosen(next);
  };
  return (
    <dialog
      ref={dialog}
      class="change"
      aria-labelledby="prompt-title"
      onClose={() => change({ prompt: undefined })}
    >
      <h2 id="prompt-title">
        Prompt {listed.length === 1 ? listed[0]?.name : counted(listed.length, "agent")}
      </h2>
      <div class="change-body">
        <label class="prompt-text">
          <span class="hidden">Text for the agents</span>
          <textarea
            rows={6}
            maxLength={mostText}
            value={text}
            disabled={step !== "writing"}
            placeholder="Text, as if you had pasted it and pressed Enter. Ctrl+Enter sends."
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && event.ctrlKey) send();
            }}
          />
        </label>
        <ul class="recipients" aria-label="Agents">
          {listed.map((agent) => (
            <Recipient
              key={agent.name}
              agent={agent}
              isChosen={chosen.has(agent.name)}
              isOpen={step === "writing"}
              delivery={isSent ? step.deliveries.find((each) => each.agent === agent.name) : undefined}
              onToggle={(isOn) => toggle(agent.name, isOn)}
            />
          ))}
        </ul>
        {isSent && step.problems.length > 0 && <Problems title="Nothing was sent" problems={step.problems} />}
        <p role="status">{statusText(step)}</p>
      </div>
      <p class="change-end">
        <button type="button" onClick={() => dialog.current?.close()}>
          {step === "writing" ? "Cancel" : "Close"}
        </button>
        {step === "writing" && (
          <button type="button" class="primary" disabled={to.length === 0 || text === ""} onClick={send}>
            Send to {to.length === 1 ? to[0] : counted(to.length, "agent")}
          </button>
        )}
      </p>
    </dialog>
  );
}

function Recipient({
  agent,
  delivery,
  isChosen,
  isOpen,
  onToggle,
}: {
  readonly agent: UiAgent;
  readonly delivery: UiDelivery | undefined;
  readonly isChosen: boolean;
  readonly isOpen: boolean;
  readonly onToggle: (isOn: boolean) => void;
}): JSX.Element {
  const objection = objectionTo(agent, Date.now());
  const isUnable = objection?.isFinal === true;
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={isChosen && !isUnable}
          disabled={isUnable || !isOpen}
          onChange={({ currentTarget }) => onToggle(currentTarget.checked)}
        />{" "}
        <strong>{agent.name}</strong>
        {delivery === undefined
          ? objection !== undefined && <span class="hint"> {objection.text}</span>
          : ` ${verdicts[delivery.verdict]}${delivery.message === null ? "" : `: ${delivery.message}`}`}
      </label>
    </li>
  );
}

/** Returns the agents that get the text unless somebody says otherwise. A single one was chosen by hand. */
function chosenAtFirst(agents: readonly UiAgent[]): ReadonlySet<string> {
  const isFree = (agent: UiAgent): boolean =>
    agents.length === 1 || objectionTo(agent, Date.now()) === undefined;
  return new Set(agents.filter(isFree).map(({ name }) => name));
}

function statusText(step: Step): string {
  if (step === "sending") return "Sending…";
  if (step === "lost") return "The connection was lost. Look at the agents before you send it again.";
  if (step === "writing" || step.problems.length > 0) return "";
  const delivered = step.deliveries.filter(({ verdict }) => verdict === "delivered").length;
  return `Delivered to ${delivered} of ${counted(step.deliveries.length, "agent")}.`;
}
