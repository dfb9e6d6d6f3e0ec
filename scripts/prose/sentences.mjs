/**
 * A sentence with its place and measures.
 *
 * @typedef {{ readonly line: number } & ReturnType<typeof measure>} Sentence
 */

/** @typedef {ReturnType<typeof summarize>} Summary */

/** The first word of a sentence with its clauses turned round, as in `What fails skips the rest`. Questions are fine. */
const turned = /^(?:What|Who|Whoever|Whom|Whose|Where|Wherever|Of|Those|That)(?:ever)?\b(?!.*\?$)/;

/** Relative words. In a question they ask, and do not count. */
const relative = /^(?:who|what|which|that|where)$/;

/** Words of old English, each with a plain one. */
const old =
  /\b(?:anew|beside|mend(?:s|ed|ing)?|meanwhile|whoever|whomever|wherein|for want of|but for|as a rule)\b/i;

/** A sentence of more words than this is listed. */
const long = 30;

/**
 * Returns the sentences of three words or more in a piece of prose, with their measures.
 *
 * @param {{ readonly text: string, readonly line: number }} piece
 * @returns {Sentence[]}
 */
export function sentencesOf({ text, line }) {
  const flat = text.replaceAll(/\bcode(?:(?:,? and|,? or|,)\s+code\b)+/g, "code");
  const ends = flat.split(/(?<=[.!?…]["”')]*)\s+(?=["“'(]*(?:\p{Lu}|code\b))/u);
  let at = 0;
  return ends.flatMap((sentence) => {
    const start = line + (flat.slice(0, at).match(/\n/g)?.length ?? 0);
    at = flat.indexOf(sentence, at) + sentence.length;
    const measured = measure(sentence.replaceAll(/\s+/g, " ").trim());
    return measured.words < 3 ? [] : [{ line: start, ...measured }];
  });
}

/**
 * Measures one sentence.
 *
 * @param {string} text
 */
function measure(text) {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
  return {
    text,
    words: words.length,
    relative: text.endsWith("?") ? 0 : words.filter((word) => relative.test(word.toLowerCase())).length,
    faults: [
      ...(turned.test(text.replace(/^["“'(]+/, "")) ? ["turned"] : []),
      ...(old.test(text) ? ["old"] : []),
      ...(words.length > long ? ["long"] : []),
    ],
  };
}

/**
 * Sums up sentences: shares in percent, relative words for each hundred words.
 *
 * @param {readonly Sentence[]} sentences
 */
export function summarize(sentences) {
  const count = sentences.length;
  const words = sum(sentences, (each) => each.words);
  /**
   * Returns the share of the sentences with a fault.
   *
   * @param {string} fault
   */
  const share = (fault) => (count === 0 ? 0 : (100 * withFault(sentences, fault)) / count);
  return {
    sentences: count,
    wordsEach: count === 0 ? 0 : words / count,
    relative: words === 0 ? 0 : (100 * sum(sentences, (each) => each.relative)) / words,
    turned: share("turned"),
    long: share("long"),
    old: withFault(sentences, "old"),
  };
}

/**
 * Returns the sum of a value of each sentence.
 *
 * @param {readonly Sentence[]} list
 * @param {(sentence: Sentence) => number} valueOf
 */
const sum = (list, valueOf) => list.reduce((total, each) => total + valueOf(each), 0);

/**
 * Returns the number of sentences with a fault.
 *
 * @param {readonly Sentence[]} sentences
 * @param {string} fault
 */
const withFault = (sentences, fault) => sentences.filter(({ faults }) => faults.includes(fault)).length;
