"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.answer = answer;
const roster_js_1 = require("./roster.js");
const HOUR = 3_600_000;
function toShift({ person, from, hours }) {
    const start = new Date(from);
    return { person, from: start, to: new Date(start.getTime() + hours * HOUR) };
}
function answer(body, response) {
    const { wards, days } = JSON.parse(body);
    const plans = wards.map((wishes) => {
        const roster = new roster_js_1.Roster(days);
        const refused = wishes.map(toShift).filter((shift) => !roster.add(shift));
        return { load: roster.load, refused: refused.map(({ person, from }) => `${person} ${from.toISOString()}`) };
    });
    response.end(JSON.stringify(plans));
}
//# sourceMappingURL=app.js.map