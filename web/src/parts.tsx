import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { UiProblem } from "../../src/ui/changes/ui-change.ts";
import { ago } from "./clock.ts";
import type { Sign } from "./words.ts";

const signShapes: Readonly<Record<Sign, JSX.Element>> = {
  ok: <circle cx="8" cy="8" r="4" fill="currentColor" />,
  you: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path class="cut" d="M8 4.2v4.6M8 11.2v.6" />
    </>
  ),
  failed: <path class="line" d="M4 4l8 8M12 4l-8 8" />,
  moving: <path class="line" d="M12.6 6.2A5 5 0 1 0 13 9M13 3v3.4H9.6" />,
  off: <circle class="line" cx="8" cy="8" r="4" />,
  done: <path class="line" d="M3.5 8.5l3 3 6-7" />,
  missing: <path class="line" d="M3 8h2M7 8h2M11 8h2" />,
  foreign: <circle class="line dots" cx="8" cy="8" r="5" />,
  later: (
    <>
      <circle class="line" cx="8" cy="8" r="5.5" />
      <path class="line" d="M8 5v3.2l2 1.3" />
    </>
  ),
  paused: <path class="line" d="M5.5 4v8M10.5 4v8" />,
  look: (
    <>
      <circle class="line" cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
    </>
  ),
  bell: (
    <>
      <path d="M3.5 11.5c1.2-1 1.2-2 1.2-4a3.3 3.3 0 0 1 6.6 0c0 2 0 3 1.2 4z" fill="currentColor" />
      <path class="line" d="M7 13.6h2" />
    </>
  ),
  "no-bell": <path class="line" d="M3.5 11.5c1.2-1 1.2-2 1.2-4a3.3 3.3 0 0 1 6.6 0c0 2 0 3 1.2 4zM7 14h2" />,
  works: <path class="line" d="M3 8h1.5L6.5 4l3 8 2-4H13" />,
  idle: <path class="line" d="M5 6h6l-6 5h6" />,
  changed: <path class="line" d="M8 3L13 12H3Z" />,
};

/** A sign, for the eye alone: a word is always next to it. */
export function Mark({ sign }: { readonly sign: Sign }): JSX.Element {
  return (
    <svg class={`mark ${sign}`} viewBox="0 0 16 16" aria-hidden="true">
      {signShapes[sign]}
    </svg>
  );
}

/** A time since a moment, which the clock keeps right. */
export function Since({ at }: { readonly at: number | null }): JSX.Element {
  if (at === null) return <span class="none">–</span>;
  return (
    <time data-at={at} dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
      {ago(at)}
    </time>
  );
}

/** A command of fleet for a terminal, with a button that copies it. */
export function Command({ line }: { readonly line: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(line);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }
  return (
    <span class="command">
      <code>{line}</code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy ${line}`}>
        {isCopied ? "Copied" : "Copy"}
      </button>
    </span>
  );
}

/** Problems in the words of the command line. */
export function Problems({
  title,
  problems,
}: {
  readonly title: string;
  readonly problems: readonly UiProblem[];
}): JSX.Element {
  return (
    <section class="notice bad" role="alert">
      <h2>
        <Mark sign="failed" /> {title}
      </h2>
      <ul>
        {problems.map(({ summary, place, detail, hint }) => (
          <li key={summary + (place ?? "")}>
            {place !== null && <code>{place}</code>} {summary}
            {detail !== null && <p>{detail}</p>}
            {hint !== null && <p class="hint">{hint}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A place without content, which says what to do. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** The lines of a diff. The first character of each line says the same as its colour. */
export function Diff({
  lines,
  name,
}: {
  readonly lines: readonly string[];
  readonly name: string;
}): JSX.Element {
  return (
    // A box that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre class="diff" tabIndex={0} role="region" aria-label={`Changes of ${name}`}>
      {lines.map((line, index) => (
        <span key={index} class={lineKinds[line.charAt(0)] ?? ""}>
          {line}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}

const lineKinds: Readonly<Record<string, string>> = { "+": "plus", "-": "minus", "@": "at" };

/** The place of agents in a fleet without any. */
export function NoAgents({ file }: { readonly file: string }): JSX.Element {
  return (
    <Empty title="This fleet has no agents">
      <p>
        Declare some in <code>{file}</code>, then run:
      </p>
      <Command line="fleet apply" />
    </Empty>
  );
}
