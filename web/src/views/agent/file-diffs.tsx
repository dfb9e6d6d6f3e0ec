import type { JSX } from "preact";
import { Diff } from "../../parts.tsx";
import { useAnswer } from "../../server/use-answer.ts";
import { AnsweredBy } from "../answered.tsx";

interface FilesOfAgent {
  readonly files?: readonly { readonly path: string; readonly diff: readonly string[] }[];
  readonly running?: readonly { readonly agent: string; readonly diff: readonly string[] }[];
}

/** The files that apply would write for an agent, line by line. Secrets are masked by the server. */
export function FileDiffs({ name }: { readonly name: string }): JSX.Element {
  const asked = useAnswer<FilesOfAgent>(`/api/agents/${name}/diff`, "");
  return (
    <AnsweredBy
      asked={asked}
      show={({ files = [], running = [] }) => (
        <div class="files">
          {files.length + running.length === 0 && <p class="none">No file changes.</p>}
          {files.map(({ path, diff }) => (
            <figure key={path}>
              <figcaption>
                <code>{path}</code>
              </figcaption>
              <Diff lines={diff} name={path} />
            </figure>
          ))}
          {running.map(({ agent, diff }) => (
            <figure key={agent}>
              <figcaption>What {agent} runs with (-), and will start with (+)</figcaption>
              <Diff lines={diff} name={agent} />
            </figure>
          ))}
        </div>
      )}
    />
  );
}
