// Each way in which people and their programs save a file, 39 in all.
import { files } from "./files.mjs";
import { folders } from "./folders.mjs";
import { links } from "./links.mjs";
import { programs } from "./programs.mjs";

/**
 * The tools of a way to save: paths, texts of the same length in each turn, and small helpers.
 *
 * @typedef {object} Place
 * @property {string} root
 * @property {string} folder
 * @property {string} file
 * @property {string} second - a path in another folder, as is `third`
 * @property {string} third
 * @property {number} attempt
 * @property {number} turn
 * @property {string} id - four digits, other ones in each turn
 * @property {readonly string[]} ids
 * @property {string} value
 * @property {string} text
 * @property {(value: string) => string} textOf
 * @property {(ms?: number) => Promise<void>} pause
 * @property {(mostMs?: number) => Promise<void> | undefined} step
 * @property {(path: string, text: string) => void} write
 * @property {(link: string, target: string) => void} swap
 * @property {(target: string, through?: string) => void} asLink
 */

/** @typedef {(place: Place) => unknown} Act */

/**
 * A way to save a file.
 *
 * @typedef {object} Way
 * @property {string} title
 * @property {Act} [setup]
 * @property {Act} save
 * @property {Act} [teardown]
 * @property {boolean} [isMissing]
 * @property {boolean} [isElsewhere]
 */

/**
 * All ways. `setup` lays the file out, `save` saves it so that it has `text` (or another mode) afterwards, `teardown`
 * removes everything outside of the try's own folder. With `isMissing`, the folders of the file are not there at first.
 *
 * @type {readonly Way[]}
 */
export const ways = [...files, ...programs, ...links, ...folders];
