// source/player.ts
function haveMet(a, b) {
  for (let i = 0; i < a.met.length; i++) {
    if (a.met[i] === b.id) return true;
  }
  return false;
}

// source/pairings.ts
function pair(players) {
  const open = players.toSorted((a, b) => b.points - a.points);
  const pairs = [];
  while (open.length > 0) {
    const first = open.shift();
    const at = open.findIndex((other) => !haveMet(first, other));
    pairs.push([first, at < 0 ? null : open.splice(at, 1)[0] ?? null]);
  }
  return pairs;
}

// source/app.ts
var initials = (name) => name.replace(/\B\w+\s*/g, "").toUpperCase();
var board = ([a, b]) => `${initials(a.name)}:${b ? initials(b.name) : "free"}`;
function createApp(groups) {
  return (body, response) => {
    const wanted = JSON.parse(body);
    const boards = wanted.map((group) => pair(groups[group] ?? []).map(board));
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end(boards.map((lines) => lines.join("\n")).join("\n\n"));
  };
}
export {
  createApp
};
//# sourceMappingURL=league.8d20c1.mjs.map
