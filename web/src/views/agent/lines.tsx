import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { LogLineJson } from "../../../../src/report/logs/log-output.ts";
import type { UiAgent } from "../../../../src/ui/protocol.ts";
import { Empty } from "../../parts.tsx";
import { useAnswer } from "../../server/use-answer.ts";
import { AnsweredBy } from "../answered.tsx";

interface ShownLines {
  readonly lines: readonly LogLineJson[];
  readonly remarks: readonly string[];
}

/** The text of an agent's terminal, or the journal of its unit. It follows the agent, and stays at the end if it is there. */
export function LinesOf({
  agent: { name, quietSince, since, state },
  part,
}: {
  readonly agent: UiAgent;
  readonly part: "text" | "journal";
}): JSX.Element {
  const asked = useAnswer<ShownLines>(
    `/api/agents/${name}/${part}`,
    `${part === "text" ? quietSince : ""} ${since} ${state}`,
  );
  return <AnsweredBy asked={asked} show={(value) => <Text {...value} name={name} part={part} />} />;
}

function Text({
  lines,
  name,
  part,
  remarks,
}: ShownLines & { readonly name: string; readonly part: "text" | "journal" }): JSX.Element {
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current !== null && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const title = part === "text" ? "There is no output" : "Its unit has written nothing to the journal";
  return (
    <>
      {remarks.map((remark) => (
        <p key={remark} class="note">
          {remark}
        </p>
      ))}
      {lines.length === 0 ? (
        <Empty title={title} />
      ) : (
        // A box that scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre
          ref={box}
          class="lines"
          tabIndex={0}
          role="region"
          aria-label={part === "text" ? `Output of ${name}` : `Journal of ${name}`}
          onScroll={({ currentTarget: { clientHeight, scrollHeight, scrollTop } }) => {
            isAtEnd.current = scrollTop + clientHeight > scrollHeight - 24;
          }}
        >
          {lines.map(({ text, time }, index) => (
            <span key={index}>
              {time !== null && <span class="time">{new Date(time).toLocaleTimeString()} </span>}
              {text}
              {"\n"}
            </span>
          ))}
        </pre>
      )}
    </>
  );
}
