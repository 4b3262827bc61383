"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Quarry = void 0;
const vein_js_1 = require("./vein.js");
class Quarry {
    veins;
    constructor(veins) {
        this.veins = veins;
    }
    map(side, step) {
        const rows = [];
        for (let y = 0; y < side; y += step) {
            const row = [];
            for (let x = 0; x < side; x += step)
                row.push(this.richest(x, y));
            rows.push(row);
        }
        return rows;
    }
    richest(x, y) {
        let best = 0;
        for (const vein of this.veins)
            best = Math.max(best, (0, vein_js_1.gradeAt)(vein, x, y));
        return best;
    }
}
exports.Quarry = Quarry;
//# sourceMappingURL=quarry.js.map