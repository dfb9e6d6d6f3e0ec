// Each way in which people and their programs save a file, 39 in all.
import { files } from "./files.mjs";
import { folders } from "./folders.mjs";
import { links } from "./links.mjs";
import { programs } from "./programs.mjs";

/**
 * All ways. `setup` lays the file out, `save` saves it so that it has `text` (or another mode) afterwards, `teardown`
 * removes everything outside of the try's own folder. With `isMissing`, the folders of the file are not there at first.
 */
export const ways = [...files, ...programs, ...links, ...folders];
