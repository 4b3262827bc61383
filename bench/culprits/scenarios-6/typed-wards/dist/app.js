"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Guard = void 0;
const grant_js_1 = require("./grant.js");
class Guard {
    grants;
    constructor(grants) {
        this.grants = new Map(grants);
    }
    /** The charts that somebody may use. */
    allowed(user, action, charts) {
        const own = this.grants.get(user) ?? [];
        const allowed = [];
        for (const chart of charts) {
            for (const grant of own) {
                if (!(0, grant_js_1.covers)(grant, chart) || !grant.actions.includes(action))
                    continue;
                allowed.push(chart);
                break;
            }
        }
        return allowed;
    }
}
exports.Guard = Guard;
//# sourceMappingURL=app.js.map