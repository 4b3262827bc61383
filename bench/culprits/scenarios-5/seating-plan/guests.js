/** How much two guests have to talk about. */
export function liking(guest, other) {
  let shared = 0;
  for (const topic of guest.topics) {
    if (other.topics.includes(topic)) shared++;
  }
  return guest.avoids === other.name ? -9 : shared;
}
