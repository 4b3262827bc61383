export const sameZone = (stop, zone) => {
  for (const one of stop.zones) {
    if (one === zone) return true;
  }
  return false;
};

export const parseStops = (text) =>
  text.split('\n').map((line) => {
    const [name, ...zones] = line.split(',');
    return { name, zones };
  });
