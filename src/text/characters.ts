/** ESC of ascii(7): each sequence for a terminal begins with it. */
export const esc = "\u001B";

/** BEL of ascii(7): the bell, and the end of an OSC sequence. */
export const bel = "\u0007";

/**
 * Almost every text. Each of its code units is one column. It needs no tables of Unicode, which V8 takes 0.1 ms to read,
 * and no `Intl.Segmenter`, which takes 15 ms to load.
 */
export const printableAscii = /^[ -~]*$/;
