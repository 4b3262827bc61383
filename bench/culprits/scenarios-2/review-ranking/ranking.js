/** Reviews of a product, the most helpful first. A vote fades with its age in days. */
const HALF_LIFE = 90;

function helpfulness(review) {
  let score = review.stars / 10;
  for (const vote of review.votes) {
    const weight = HALF_LIFE / (HALF_LIFE + vote.age);
    score += vote.up ? weight : -weight / 2;
  }
  return score;
}

const mostHelpfulFirst = (a, b) => helpfulness(b) - helpfulness(a) || a.id - b.id;

export function topReviews(reviews, count) {
  return reviews.toSorted(mostHelpfulFirst).slice(0, count);
}

export function histogram(reviews) {
  const bars = [0, 0, 0, 0, 0, 0];
  for (const { stars } of reviews) bars[stars]++;
  return bars.slice(1).map((count, i) => `${i + 1}★ ${'▇'.repeat(Math.round((40 * count) / reviews.length))}`);
}
