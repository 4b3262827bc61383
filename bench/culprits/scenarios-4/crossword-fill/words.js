'use strict';

const UNKNOWN = '_';

function agrees(word, pattern) {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== UNKNOWN && pattern[i] !== word[i]) return false;
  }
  return true;
}

const vowels = /[aeiou]/g;
const score = (word) => word.length * 2 - (word.match(vowels)?.length ?? 0);

exports.createDictionary = (words) => {
  const byLength = Map.groupBy(words, ({ length }) => length);
  return {
    suggest(pattern, most) {
      const fitting = (byLength.get(pattern.length) ?? []).filter((word) => agrees(word, pattern));
      return fitting
        .slice(0, 50)
        .sort((a, b) => score(b) - score(a))
        .slice(0, most);
    },
  };
};
