/** Reports of tenants, each worker serving its own tenants. */
function movingMedian(values, width) {
  const medians = [];
  for (let i = 0; i + width <= values.length; i++) {
    const window = values.slice(i, i + width).sort((a, b) => a - b);
    medians.push(window[width >> 1]);
  }
  return medians;
}

function outliers(values, medians, width) {
  const far = [];
  for (let i = 0; i < medians.length; i++) {
    const value = values[i + (width >> 1)];
    if (Math.abs(value - medians[i]) > 30) far.push(i);
  }
  return far;
}

export function tenantReport({ tenant, values, width }) {
  const medians = movingMedian(values, width);
  return { tenant, outliers: outliers(values, medians, width).length, last: medians.at(-1) ?? null };
}
