'use strict';

function isUnread(message, member) {
  return message.at > member.readAt && message.from !== member.name && !message.hiddenFrom.includes(member.name);
}

module.exports = { isUnread };
