'use strict';

/** Whether a rule of the locks lets a badge through a door at a minute of the week. */
function allows(rule, badge, door, minute) {
  if (minute < rule.from || minute > rule.until || !rule.doors.includes(door)) return false;
  return rule.groups.includes(badge.group);
}

module.exports = { allows };
