import type { GitSettings } from "../../config/source/source-settings.ts";
import { visible } from "../terminal/display-text.ts";
import { shortRef } from "./trouble-text.ts";

/** Returns the question before a source is installed. */
export function enrollQuestion({ fleet, ref, git }: GitSettings): string {
  return visible(`Let fleet ${fleet} follow ${shortRef(ref)} of ${git} from now on?`);
}

/** Returns the remark about an installed source. */
export function enrolledRemark(file: string): string {
  return `The settings are in ${visible(file)}. To fetch now: systemctl --user reload of the service; to look: fleet source status.`;
}
