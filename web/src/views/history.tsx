import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { HistoryDocument, HistoryEntryJson } from "../../../src/report/history/history-output.ts";
import type { UiChange, UiRevision } from "../../../src/ui/changes/ui-change.ts";
import type { UiState } from "../../../src/ui/protocol.ts";
import { propose } from "../control/proposals.ts";
import { Command, Empty, Mark } from "../parts.tsx";
import { FleetEdits } from "../plan/fleet-edits.tsx";
import { useAnswer } from "../server/use-answer.ts";
import { counted } from "../words.ts";
import { AnsweredBy } from "./answered.tsx";

type History = Extract<HistoryDocument, { readonly runs: unknown }>;

/** The runs that changed something, the last one first. */
export function HistoryView({
  fleet: { agents },
  isControlled,
}: {
  readonly fleet: UiState;
  readonly isControlled: boolean;
}): JSX.Element {
  const own = agents.filter(({ host }) => host === null);
  const asked = useAnswer<History>(
    "/api/history",
    own.map(({ action, name, since }) => name + action + since).join(),
  );
  return (
    <>
      <div class="page-head">
        <h1>History</h1>
        <p class="made">Each run that changed something, and the state of fleet.yaml then.</p>
      </div>
      <AnsweredBy asked={asked} show={(history) => <Runs history={history} isControlled={isControlled} />} />
    </>
  );
}

function Runs({
  history: { now, runs, unread },
  isControlled,
}: {
  readonly history: History;
  readonly isControlled: boolean;
}): JSX.Element {
  if (runs.length === 0) {
    return (
      <Empty title="No history yet">
        <p>The first run that changes something is its first line:</p>
        <Command line="fleet apply" />
      </Empty>
    );
  }
  const days = new Map<string, HistoryEntryJson[]>();
  for (const run of runs.toReversed()) {
    const day = new Date(run.time).toLocaleDateString(undefined, { dateStyle: "full" });
    days.set(day, [...(days.get(day) ?? []), run]);
  }
  return (
    <div class="plan">
      {unread > 0 && <p class="note">{counted(unread, "line")} of another version are left out.</p>}
      {[...days].map(([day, own]) => (
        <section key={day}>
          <h2>{day}</h2>
          <ul class="changes">
            {own.map((run) => (
              <Run key={run.time} run={run} now={now} isControlled={isControlled} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Run({
  run,
  now,
  isControlled,
}: {
  readonly run: HistoryEntryJson;
  readonly now: string | null;
  readonly isControlled: boolean;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { exitCode, id, interruptedBy, message, revision, time } = run;
  const hasFailed = (exitCode !== null && exitCode !== 0) || interruptedBy !== null;
  return (
    <li class="change run">
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary data-stop>
          <time dateTime={time}>{new Date(time).toLocaleTimeString(undefined, { timeStyle: "short" })}</time>
          <span class="what">
            {hasFailed && <Mark sign="failed" />} {message.replace(/, commit [0-9a-f]+$/, "")}
            <span class="stake muted">
              <span class="hidden">, state of fleet.yaml </span>
              {id === null ? "without a file" : id === now ? `${id}, the file as it is now` : id}
              {revision !== null && `, commit ${revision.slice(0, 10)}`}
            </span>
          </span>
        </summary>
        {isOpen && (
          <div class="inside">
            <RunSteps run={run} />
            {id !== null && id !== now && <Difference id={id} isControlled={isControlled} />}
          </div>
        )}
      </details>
    </li>
  );
}

function RunSteps({
  run: { command, durationMs, shared, steps },
}: {
  readonly run: HistoryEntryJson;
}): JSX.Element {
  return (
    <>
      <p class="muted">
        <code>{command}</code>, {(durationMs / 1000).toFixed(1)} s
      </p>
      <ul class="run-steps">
        {shared.map(({ path, reason, result }) => (
          <li key={path}>
            <code>{path}</code>: {reason.message}
            {result !== "done" && `, ${result}`}
          </li>
        ))}
        {steps.map(({ action, agents, reasons, result }) => (
          <li key={`${action} ${agents[0]}`}>
            <strong>{action}</strong> {agents.join(", ")}
            {reasons.length > 0 && `: ${reasons.map(({ message }) => message).join(", ")}`}
            {result !== "done" && ` (${result})`}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The difference of the file to an earlier state, and the way back to it. */
function Difference({
  id,
  isControlled,
}: {
  readonly id: string;
  readonly isControlled: boolean;
}): JSX.Element {
  const asked = useAnswer<UiRevision>(`/api/history/${id}`, "");
  return (
    <AnsweredBy
      asked={asked}
      show={({ files }) =>
        files.length === 0 ? (
          <p class="muted">The files of the fleet are as they were then.</p>
        ) : (
          <>
            <FleetEdits edits={files} />
            {isControlled ? (
              <p>
                <button type="button" onClick={() => propose(rollbackTo(id))}>
                  Go back to this…
                </button>
              </p>
            ) : (
              <p>
                Back to it, with a plan and a question: <Command line={`fleet rollback ${id}`} />
              </p>
            )}
          </>
        )
      }
    />
  );
}

function rollbackTo(revision: string): UiChange {
  return { verb: "rollback", agents: [], now: false, allow: [], revision };
}
