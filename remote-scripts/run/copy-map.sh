#!/bin/sh
# Run in a shell of its own under a timeout: PATH OWNER TO LIMIT. We are root and /tmp is everybody's: what was opened
# must be the very file at that path, no link, no pipe, and belong to the process's user or to root.

# The words of stat are wanted (SC2046).
# shellcheck disable=SC2046
exec 8<"$1" || exit 1
[ ! -L "$1" ] && [ ! -L "${1%/*}" ] || exit 1
# Device and inode, type, owner, size.
set -- "$@" $(stat -L -c "%d:%i %f %u %s" /proc/self/fd/8)
[ "$5" = "$(stat -c %d:%i "$1")" ] || exit 1
case $6-$7 in
8???-0 | 8???-"$2") ;;
*) exit 1 ;;
esac
if [ "$8" -le "$4" ]; then
	head -c "$8" <&8
else
	echo $(($8 - $4)) >"$3.base"
	tail -c "$4" <&8
fi | tr "\000" "?" >"$3"
