import type { JSX } from "preact";
import { Empty, Problems } from "../parts.tsx";
import type { Asked } from "../server/use-answer.ts";

/** Shows an answer, or says why there is none. */
export function AnsweredBy<T>({
  asked: { again, answer },
  show,
}: {
  readonly asked: Asked<T>;
  readonly show: (value: T) => JSX.Element;
}): JSX.Element {
  switch (answer?.kind) {
    case undefined:
    case "no-session":
      return <p class="asking">Asking…</p>;
    case "no-server":
      return (
        <Empty title="The server does not answer">
          <button type="button" onClick={again}>
            Ask again
          </button>
        </Empty>
      );
    case "problems":
      return <Problems title="There is no answer" problems={answer.problems} />;
    case "answer":
      return show(answer.value);
  }
}
