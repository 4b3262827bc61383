// Lists in maps.

// To a map of lists.
function addTo(lists, key, item) {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

module.exports = { addTo };
