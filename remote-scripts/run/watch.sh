#!/bin/sh
# Cleans up after a run that was killed: waits until process $1, which began at $2, has ended, ends what has the mark $3
# in its environment, and removes the folder $4. A program of its own, as what kills the run may kill all of its group.

# The words of a line of /proc are wanted (SC2086), pids are words (SC2013).
# shellcheck disable=SC2013,SC2086

alive() {
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
	# After the name, which may hold anything: state, ..., the 20th is when it began.
	set -- "$2" ${stat##*) }
	[ "$2" != Z ] && [ "$1" = "${21}" ]
}
trap '' TERM INT HUP
while alive "$1" "$2"; do sleep 1; done
for left in $(grep -lsaF "$3" /proc/[0-9]*/environ); do
	left=${left#/proc/}
	[ "${left%/environ}" = $$ ] || kill -KILL "${left%/environ}" 2>/dev/null
done
rm -rf "$4"
