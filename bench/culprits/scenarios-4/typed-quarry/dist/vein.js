"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.gradeAt = gradeAt;
/** How rich the rock is at a place: the vein's grade falls off with the distance. */
function gradeAt(vein, x, y) {
    const away = Math.hypot(vein.x - x, vein.y - y);
    return away >= vein.reach ? 0 : vein.grade * (1 - away / vein.reach);
}
//# sourceMappingURL=vein.js.map