"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.urgency = void 0;
const PROMISED = { bronze: 72, silver: 24, gold: 4 };
/** How much a ticket presses: the more of the promised hours have passed, the more. */
const urgency = (ticket, now) => {
    const hours = (now - ticket.openedAt) / 3_600_000;
    const late = Math.max(0, hours / PROMISED[ticket.plan]);
    return ticket.severity * late ** 1.5 + Math.log1p(ticket.replies);
};
exports.urgency = urgency;
//# sourceMappingURL=urgency.js.map