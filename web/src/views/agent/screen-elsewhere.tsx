import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PictureLine } from "../../../../src/ui/picture/picture.ts";
import type { UiAgent } from "../../../../src/ui/protocol.ts";
import { Command } from "../../parts.tsx";
import { Picture } from "../../screen/picture.tsx";
import { followScreen } from "../../server/look.ts";
import { ownName } from "../../words.ts";

/** The screen of an agent on another machine, as a picture that is taken there, and the way to type to it. */
export function ScreenElsewhere({
  agent,
  host,
  picture,
  isControlled,
}: {
  readonly agent: UiAgent;
  readonly host: string;
  /** Undefined until it is known. */
  readonly picture: readonly PictureLine[] | undefined;
  readonly isControlled: boolean;
}): JSX.Element {
  const own = ownName(agent);
  useEffect(() => followScreen(agent.name), [agent.name]);
  return (
    <>
      <p class="note" role="status">
        {picture === undefined
          ? `Reading its screen on ${host}…`
          : picture.length === 0
            ? `It shows nothing on ${host}, or does not run.`
            : `Its screen on ${host}: a picture over ssh, every two seconds.`}
      </p>
      <p class="changes-of">
        <span>To type, take the terminal itself:</span> <Command line={`fleet attach ${host}/${own}`} />
      </p>
      {picture !== undefined && picture.length > 0 && (
        // A box that scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div class="whole-screen" tabIndex={0} role="region" aria-label={`Screen of ${agent.name}`}>
          <Picture lines={picture} />
        </div>
      )}
      {!isControlled && (
        <p class="changes-of">
          <span>To send it a text, or to change it:</span>{" "}
          <Command line={`fleet send ${host}/${own} 'go on'`} />{" "}
          <Command line={`fleet restart ${own} --host ${host}`} />
        </p>
      )}
    </>
  );
}
