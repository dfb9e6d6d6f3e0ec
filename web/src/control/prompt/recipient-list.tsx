import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Recipients } from "./objections.ts";

/** The number of agents up to which a group is open at first. */
const few = 12;

/** The agents of a prompt, by what speaks against each. A box chooses a whole group, or one agent. */
export function RecipientList({
  groups,
  chosen,
  onChoose,
}: {
  readonly groups: readonly Recipients[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (names: readonly string[], isOn: boolean) => void;
}): JSX.Element {
  return (
    <div class="recipients" role="group" aria-label="Agents">
      {groups.map((group) => (
        <RecipientGroup key={group.kind} group={group} chosen={chosen} onChoose={onChoose} />
      ))}
    </div>
  );
}

function RecipientGroup({
  group: { agents, isFinal, title },
  chosen,
  onChoose,
}: {
  readonly group: Recipients;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (names: readonly string[], isOn: boolean) => void;
}): JSX.Element {
  const [isOpen, setOpen] = useState(agents.length <= few);
  const all = useRef<HTMLInputElement>(null);
  const names = agents.map(({ agent }) => agent.name);
  const on = isFinal ? 0 : names.filter((name) => chosen.has(name)).length;
  const isPart = on > 0 && on < names.length;
  useEffect(() => {
    if (all.current !== null) all.current.indeterminate = isPart;
  }, [isPart]);
  return (
    <section>
      <h3>
        <label>
          <input
            ref={all}
            type="checkbox"
            checked={on === names.length && !isFinal}
            disabled={isFinal}
            onChange={({ currentTarget }) => onChoose(names, currentTarget.checked)}
          />{" "}
          {names.length} {title}
        </label>
        {isPart && <span class="hint">{on} chosen</span>}
        <button
          type="button"
          class="quiet"
          aria-expanded={isOpen}
          onClick={() => setOpen((before) => !before)}
        >
          {isOpen ? "Hide" : "Show"}
          <span class="hidden"> those {title}</span>
        </button>
      </h3>
      {isOpen && (
        <ul>
          {agents.map(({ agent: { name }, objection: { text } }) => (
            <li key={name}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen.has(name) && !isFinal}
                  disabled={isFinal}
                  onChange={({ currentTarget }) => onChoose([name], currentTarget.checked)}
                />{" "}
                <strong>{name}</strong>
                {text !== "" && <span class="hint"> {text}</span>}
              </label>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
