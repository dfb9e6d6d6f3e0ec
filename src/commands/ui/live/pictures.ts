import { capturePictures } from "../../../drivers/tmux/capture/capture-pictures.ts";
import type { Exec } from "../../../system/exec.ts";
import { pictureOf } from "../../../ui/picture/picture.ts";
import type { UiPictures } from "../../../ui/protocol.ts";
import type { StatusLook } from "../../status/look.ts";

/** The pictures of the wall. */
export interface Pictures {
  /** Returns the pictures of agents. A screen without output since its last picture is not read again. */
  take(look: StatusLook, names: ReadonlySet<string>): Promise<UiPictures>;
  forget(): void;
}

interface TakenPicture {
  readonly pane: string;
  readonly screen: string;
  readonly picture: UiPictures[string];
  /** ms since the epoch. */
  readonly at: number;
}

/** Lines of a picture. */
const pictureLines = 12;
/** The times of output have whole seconds, and a rounding on both sides, ms. */
const blurMs = 2_000;
/** The age from which on a picture is taken again in any case, because a resize is no output, ms. */
const oldPictureMs = 30_000;

/** The picture of an agent without a screen. */
const noPane: TakenPicture = { pane: "", screen: "", picture: [], at: 0 };

/** Returns a memory of pictures: none yet. */
export function createPictures(exec: Exec): Pictures {
  const taken = new Map<string, TakenPicture>();

  return {
    async take({ panes, status }, names) {
      const quietFor = new Map(status.agents.map(({ idleSeconds, name }) => [name, idleSeconds]));
      const now = Date.now();
      const due = new Map<string, string>();
      for (const name of names) {
        const pane = panes.get(name);
        if (pane === undefined) {
          taken.set(name, noPane);
          continue;
        }
        const before = taken.get(name);
        const outputAt = now - (quietFor.get(name) ?? 0) * 1_000;
        const isFresh =
          before?.pane === pane &&
          outputAt < before.at - blurMs &&
          now - before.at < oldPictureMs &&
          before.at <= now;
        if (!isFresh) due.set(pane, name);
      }
      const screens = await capturePictures(exec, status.holder.socket, [...due.keys()]);
      for (const [pane, screen] of screens) {
        const name = due.get(pane);
        if (name === undefined) continue;
        const before = taken.get(name);
        const isSame = before?.pane === pane && before.screen === screen;
        const picture = isSame ? before.picture : pictureOf(screen, pictureLines);
        taken.set(name, { pane, screen, picture, at: now });
      }
      for (const name of taken.keys()) if (!names.has(name)) taken.delete(name);
      return Object.fromEntries([...taken].map(([name, { picture }]) => [name, picture]));
    },
    forget: () => taken.clear(),
  };
}
