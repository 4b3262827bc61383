#!/bin/sh
# Nothing of a run outlives it: what it starts has a mark in its environment, and a process of its own watches over it.

# $1 in single quotes is for another shell (SC2016); the words of a line of /proc are wanted (SC2086).
# shellcheck disable=SC2016,SC2086

watch_sh='@run/watch.sh@'
watcher=''

# start_of PID: the clock tick at which it began, which no later process with this pid has.
start_of() {
	read -r stat <"/proc/$1/stat" || return 1
	set -- ${stat##*) }
	echo "${20}"
}

watch_over() {
	SMOKEJUMPER_RUN=$id.$$
	export SMOKEJUMPER_RUN
	set -- sh -c "$watch_sh" sh "SMOKEJUMPER_RUN=$SMOKEJUMPER_RUN" "$work" $$ "$(start_of $$)"
	! command -v setsid >/dev/null 2>&1 || set -- setsid "$@"
	"$@" >/dev/null 2>&1 </dev/null 9>&- &
	watcher=$!
}

# Ends what this run has started and still runs, the watcher as well, and removes its folder.
sweep() {
	[ -z "$watcher" ] || sh -c "$watch_sh" sh "SMOKEJUMPER_RUN=$SMOKEJUMPER_RUN" "$work"
}
