"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.covers = covers;
/** Whether a grant is about a chart. */
function covers(grant, chart) {
    if (grant.ward !== undefined && grant.ward !== chart.ward)
        return false;
    if (grant.patients === undefined)
        return true;
    for (const patient of grant.patients) {
        if (patient === chart.patient)
            return true;
    }
    return false;
}
//# sourceMappingURL=grant.js.map