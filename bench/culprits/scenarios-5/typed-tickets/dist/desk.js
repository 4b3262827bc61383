"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Desk = void 0;
const urgency_js_1 = require("./urgency.js");
class Desk {
    open = new Map();
    add(ticket) {
        this.open.set(ticket.id, ticket);
    }
    /** The tickets that a shift should take, each the most urgent one of those left. */
    take(howMany, now) {
        const taken = [];
        while (taken.length < howMany) {
            const next = this.mostUrgent(now, taken);
            if (next === undefined)
                break;
            taken.push(next);
        }
        return taken;
    }
    mostUrgent(now, taken) {
        let best;
        let highest = -Infinity;
        for (const ticket of this.open.values()) {
            const pressing = (0, urgency_js_1.urgency)(ticket, now);
            if (pressing <= highest || taken.includes(ticket))
                continue;
            best = ticket;
            highest = pressing;
        }
        return best;
    }
}
exports.Desk = Desk;
//# sourceMappingURL=desk.js.map