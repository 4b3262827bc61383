"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Roster = void 0;
const shift_js_1 = require("./shift.js");
class Roster {
    #shifts = [];
    #days;
    constructor(days) {
        this.#days = days;
    }
    #firstCollision(shift) {
        for (const other of this.#shifts) {
            if ((0, shift_js_1.collides)(other, shift) && other.person === shift.person)
                return other;
        }
        return null;
    }
    add(shift) {
        if (this.#firstCollision(shift) !== null)
            return false;
        this.#shifts.push(shift);
        return true;
    }
    get load() {
        return this.#shifts.length / this.#days;
    }
}
exports.Roster = Roster;
//# sourceMappingURL=roster.js.map