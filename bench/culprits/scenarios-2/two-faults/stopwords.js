let stopwords = [];

export function setStopwords(words) {
  stopwords = words;
}

function isStopword(word) {
  for (let i = 0; i < stopwords.length; i++) if (stopwords[i] === word) return true;
  return false;
}

/** How often each word that means something occurs. */
export function frequencies(words) {
  const counts = new Map();
  for (const word of words) {
    if (word.length < 3 || isStopword(word)) continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
