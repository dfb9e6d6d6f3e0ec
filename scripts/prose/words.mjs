/** A sentence may not begin with these: they turn its clauses round. */
const turned = /^["“'(]*(?:What|Who|Whoever|Whom|Whose|Of|Those|That|Where|Wherever)\b(?!.*\?$)/;

/**
 * Words of old English, each with the plain word for it.
 *
 * @type {readonly (readonly [old: RegExp, plain: string])[]}
 */
const plainWords = [
  [/\banew\b/i, "again"],
  [/\bbeside\b/i, "next to, besides"],
  [/\bmend(?:s|ed|ing)?\b/i, "fix"],
  [/\bmeanwhile\b/i, "in that time"],
  [/\bwho(?:so)?(?:m)?ever\b/i, "the person who, anyone who"],
  [/\b(?:wherein|whereby|thereby)\b/i, "in which, so"],
  [/\b(?:lest|upon)\b/i, "so that not, on"],
  [/\bfor want of\b/i, "without"],
  [/\bbut for\b/i, "except"],
  [/\bas a rule\b/i, "usually"],
  [/\b(?:is|are|was|were) told\b/i, "reported, informed"],
  [/\bnobody knows\b/i, "unknown"],
];

/**
 * Returns what to change in a sentence, such as `write "again"`.
 *
 * @param {string} sentence
 * @returns {readonly string[]}
 */
export function corrections(sentence) {
  return [
    ...(turned.test(sentence) ? ["begin with the subject"] : []),
    ...plainWords.filter(([old]) => old.test(sentence)).map(([, plain]) => `write "${plain}"`),
  ];
}
