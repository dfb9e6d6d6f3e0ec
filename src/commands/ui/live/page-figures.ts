import type { Exec } from "../../../system/exec.ts";
import type { UiPictures } from "../../../ui/protocol.ts";
import type { PageNeeds } from "../../../ui/sockets.ts";
import { createRefresher } from "../../status/refresh.ts";
import { createPictures } from "./pictures.ts";
import type { ShownFleet } from "./shown-fleet.ts";

/** The figures and pictures of the agents on a screen, read again and again. */
export interface PageFigures {
  /** Takes the needs of all pages. Nothing is read while no page is visible. */
  serve(needs: PageNeeds): void;
  forget(): void;
}

/** The time between two readings of figures while a page is visible, ms. */
const refreshMs = 2_000;
/** The time until the first reading of an agent that has come onto a screen, ms. */
const firstMs = 100;

const noNeeds: PageNeeds = { pages: 0, visible: 0, rows: new Set(), wall: new Set() };

/** Returns the figures of a fleet for its pages: none yet. */
export function createPageFigures(
  exec: Exec,
  shown: ShownFleet,
  picture: (pictures: UiPictures) => void,
): PageFigures {
  const refresher = createRefresher(exec, { shares: true });
  const pictures = createPictures(exec);
  let needs = noNeeds;
  let timer: NodeJS.Timeout | undefined;

  async function refresh(): Promise<void> {
    await readRows();
    await takePictures();
    timer = undefined;
    keepFresh(refreshMs);
  }

  async function readRows(): Promise<void> {
    const before = shown.look();
    if (before === undefined || needs.visible === 0 || needs.rows.size + needs.wall.size === 0) return;
    const fresh = await refresher.refresh(before, needs.rows, false);
    // A look in the meantime is newer.
    if (shown.look() === before) shown.renew(fresh, Date.now());
  }

  async function takePictures(): Promise<void> {
    const look = shown.look();
    if (look === undefined || needs.visible === 0 || needs.wall.size === 0) return;
    picture(await pictures.take(look, needs.wall));
  }

  function keepFresh(ms: number): void {
    if (needs.visible > 0) timer ??= setTimeout(() => void refresh(), ms);
  }

  return {
    serve(next) {
      const isNew = (name: string): boolean => !needs.rows.has(name) && !needs.wall.has(name);
      const isSooner = timer !== undefined && [...next.rows, ...next.wall].some(isNew);
      needs = next;
      if (isSooner) {
        clearTimeout(timer);
        timer = undefined;
      }
      keepFresh(isSooner ? firstMs : refreshMs);
    },
    forget() {
      clearTimeout(timer);
      [timer, needs] = [undefined, noNeeds];
      pictures.forget();
    },
  };
}
