"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.collides = collides;
/** Somebody who works until late needs a rest before the next shift. */
function collides(a, b) {
    const rest = a.to.getTime() - a.from.getTime() > 8 * 3_600_000 ? 11 : 8;
    const early = b.from.getTime() < a.to.getTime() + rest * 3_600_000;
    return early && a.from.getTime() < b.to.getTime() + rest * 3_600_000;
}
//# sourceMappingURL=shift.js.map