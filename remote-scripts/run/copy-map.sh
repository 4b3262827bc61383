#!/bin/sh
# Run in a shell of its own under a timeout: PATH OWNER TO LIMIT. We are root and /tmp is everybody's: what was opened
# must be the very file at that path, no link, no pipe, and belong to the process's user or to root.
exec 8<"$1" || exit 1
[ ! -L "$1" ] && [ ! -L "${1%/*}" ] || exit 1
[ "$(stat -L -c %d:%i /proc/self/fd/8)" = "$(stat -c %d:%i "$1")" ] || exit 1
[ "$(stat -L -c %f /proc/self/fd/8 | cut -c1)" = 8 ] || exit 1
owner=$(stat -L -c %u /proc/self/fd/8)
[ "$owner" = 0 ] || [ "$owner" = "$2" ] || exit 1
size=$(stat -L -c %s /proc/self/fd/8)
if [ "$size" -le "$4" ]; then
	head -c "$size" <&8
else
	echo $((size - $4)) >"$3.base"
	tail -c "$4" <&8
fi | tr "\000" "?" >"$3"
