import { ok, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Context } from "../../shared/context.ts";
import type { Elsewhere } from "./live-fleet.ts";
import { checkOtherHosts, openOtherHosts } from "./other-hosts.ts";
import { createOtherScreens } from "./other-screens.ts";

/** Returns the ways to the other hosts of a list, or the problem of their selection. Connects to none. */
export async function findElsewhere(
  context: Context,
  path: string,
  list: string,
): Promise<Result<Elsewhere>> {
  const checked = await checkOtherHosts(context, path, list);
  if (!checked.ok) return checked;
  return ok({
    open: (news) => openOtherHosts(context, path, list, news),
    screens: (known, picture) => createOtherScreens({ context, path, list, known, picture }),
  });
}
