#!/bin/sh
# Cleans up after a run: ends what has the mark $1 in its environment, and removes the folder $2. With a process $3,
# which began at $4, it does so when that has ended. A program of its own, as what kills the run may kill all of its
# group.

# The words of a line of /proc are wanted (SC2086), pids are words (SC2013).
# shellcheck disable=SC2013,SC2086

alive() {
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
	# After the name, which may hold anything: state, ..., the 20th is when it began.
	set -- "$2" ${stat##*) }
	[ "$2" != Z ] && [ "$1" = "${21}" ]
}
trap '' TERM INT HUP
while [ $# -gt 2 ] && alive "$3" "$4"; do sleep 1; done
for left in $(grep -lsaF "$1" /proc/[0-9]*/environ); do
	left=${left#/proc/}
	[ "${left%/environ}" = $$ ] || kill -KILL "${left%/environ}" 2>/dev/null
done
rm -rf "$2"
