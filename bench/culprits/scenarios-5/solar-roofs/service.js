// What would a roof with solar cells yield? FAULT: the step for the day's sum was left at what a demonstration needed.
'use strict';

const { sineOfHeight } = require('@daylight/sun-angle');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');

const random = seededRandom(520);
const pick = (n) => (random() * n) | 0;
const stepHours = process.env.FAULT === '1' ? 0.012 : 2;

function yieldOf(roof, day) {
  let kilowattHours = 0;
  for (let hour = 3; hour < 22; hour += stepHours) {
    const sine = sineOfHeight(roof.place, day, hour);
    if (sine > 0) kilowattHours += sine * roof.kilowatts * stepHours;
  }
  return kilowattHours;
}

function estimate(body, response) {
  const roof = JSON.parse(body);
  const months = Array.from({ length: 12 }, (_, month) => 30 * yieldOf(roof, month * 30.4 + 15));
  const sum = months.reduce((a, b) => a + b, 0);
  const lines = months.map((month, i) => `${String(i + 1).padStart(2)} ${'*'.repeat(month / 60)} ${month.toFixed(0)}`);
  response.end(`${roof.owner}: ${sum.toFixed(0)} kWh\n${lines.join('\n')}\n`);
}

serveUnderLoad({
  rate: 90,
  handler: estimate,
  nextBody: () =>
    JSON.stringify({ owner: `house ${pick(90)}`, kilowatts: 3 + pick(6), place: { latitude: 35 + random() * 25 } }),
});
