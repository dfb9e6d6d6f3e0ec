import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { longestInput, type UiState } from "../../../../src/ui/protocol.ts";
import { change } from "../../store.ts";
import { counted } from "../../words.ts";
import { promptRecipients, type Recipients } from "./objections.ts";
import { RecipientList } from "./recipient-list.tsx";
import { Results } from "./results.tsx";
import { sendText, type Sending } from "./sending.ts";

/** The writing of a text for agents, with what speaks against each, and the results. */
export function PromptDialog({
  names,
  fleet: { agents, fleet },
}: {
  readonly names: readonly string[];
  readonly fleet: UiState;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [sending, setSending] = useState<Sending>();
  const groups = useMemo(() => {
    const wanted = new Set(names);
    const listed = agents.filter(({ name }) => wanted.has(name));
    return promptRecipients(listed, fleet.hosts, Date.now());
  }, [names, agents, fleet.hosts]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => chosenAtFirst(groups));
  const [sentTo, setSentTo] = useState<readonly string[]>([]);
  useEffect(() => dialog.current?.showModal(), []);
  const able = groups.filter(({ isFinal }) => !isFinal).flatMap((group) => group.agents);
  const to = able.map(({ agent }) => agent.name).filter((name) => chosen.has(name));
  // A single agent against which nothing speaks needs no list.
  const isAlone = names.length === 1 && to.length === 1 && groups[0]?.kind === "none";
  const isEmpty = to.length === 0 || text === "";
  const missed = missedBy(sending);

  function send(): void {
    if (isEmpty || sending !== undefined) return;
    setSentTo(to);
    sendText(to, text, setSending);
  }
  function choose(some: readonly string[], isOn: boolean): void {
    const next = new Set(chosen);
    for (const name of some) {
      if (isOn) next.add(name);
      else next.delete(name);
    }
    setChosen(next);
  }
  return (
    <dialog
      ref={dialog}
      class="change"
      aria-labelledby="prompt-title"
      onClose={() => change({ prompt: undefined })}
    >
      <h2 id="prompt-title">Prompt {names.length === 1 ? names[0] : counted(names.length, "agent")}</h2>
      <div class="change-body">
        <PromptText text={text} isSent={sending !== undefined} onText={setText} onSend={send} />
        {sending !== undefined && <Results sending={sending} to={sentTo} />}
        {sending === undefined && !isAlone && (
          <RecipientList groups={groups} chosen={chosen} onChoose={choose} />
        )}
      </div>
      <p class="change-end">
        <button type="button" onClick={() => dialog.current?.close()}>
          {sending === undefined ? "Cancel" : "Close"}
        </button>
        {sending === undefined && (
          <button type="button" class="primary" disabled={isEmpty} onClick={send}>
            Send to {to.length === 1 ? to[0] : counted(to.length, "agent")}
          </button>
        )}
        {sending?.state === "done" && missed.length > 0 && (
          <button
            type="button"
            onClick={() => {
              setChosen(new Set(missed));
              setSending(undefined);
            }}
          >
            Back, with the {missed.length} that got nothing
          </button>
        )}
      </p>
    </dialog>
  );
}

/** The field of the text. */
function PromptText({
  text,
  isSent,
  onText,
  onSend,
}: {
  readonly text: string;
  readonly isSent: boolean;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
}): JSX.Element {
  return (
    <label class="prompt-text">
      <span class="hidden">Text for the agents</span>
      <textarea
        rows={6}
        maxLength={longestInput}
        value={text}
        disabled={isSent}
        placeholder="Text, as if you had pasted it and pressed Enter. Ctrl+Enter sends."
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && event.ctrlKey) onSend();
        }}
      />
    </label>
  );
}

/** Returns the agents that nothing has reached: a text that may have arrived is never sent again from here. */
function missedBy(sending: Sending | undefined): readonly string[] {
  const deliveries = [...(sending?.deliveries.values() ?? [])];
  return deliveries.filter(({ verdict }) => verdict === "not-delivered").map(({ agent }) => agent);
}

/** Returns the agents that get the text unless somebody says otherwise. A single one was chosen by hand. */
function chosenAtFirst(groups: readonly Recipients[]): ReadonlySet<string> {
  const all = groups.flatMap(({ agents }) => agents);
  const free = all.length === 1 ? all : (groups.find(({ kind }) => kind === "none")?.agents ?? []);
  return new Set(free.map(({ agent }) => agent.name));
}
