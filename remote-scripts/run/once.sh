#!/bin/sh
# One recording at a time on a machine, with one result, however often it is asked for.

# The caller sets the variables (SC2154); die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2015,SC2154

# The agent cuts stdout at 24,000 bytes: 4/3 x 16,800 + 1,400 for the report line.
first_part=16800
keep_minutes=60
# Seconds that a run needs to end and to remove what it left.
stop_longest=15
work=''

# Which capture has the lock, and the process that runs it.
read_running() {
	running=''
	running_pid=''
	# shellcheck disable=SC2034 # what else stands there is left out
	read -r running running_pid rest 2>/dev/null <"$base/running"
}

# Whether a drill or a baseline has the lock, and this is neither. The process that it named must have the lock's file
# open as 9: no later process with this number is ended.
stop_drill() {
	read_running
	case $id in cap-drill-* | cap-baseline-*) return 1 ;; esac
	case $running in cap-drill-* | cap-baseline-*) ;; *) return 1 ;; esac
	# shellcheck disable=SC3013 # all shells here have -ef
	[ "/proc/$running_pid/fd/9" -ef "$base/lock" ] && kill -TERM "$running_pid"
}

# A drill and a baseline make way for an alarm.
wait_for_drill() {
	stop_drill || return 1
	patience=$stop_longest
	while [ "$patience" -gt 0 ]; do
		pause 1
		flock -n 9 && return 0
		patience=$((patience - 1))
	done
	return 1
}

# The same command may come twice before the first one has ended: SSM's answer to the first was lost and it was sent
# again. Both give the one result.
wait_for_twin() {
	patience=$((seconds + longest_wait + install_longest))
	while [ "$patience" -gt 0 ]; do
		pause 1
		flock -n 9 && return 0
		read_running
		[ "$running" = "$id" ] || return 1
		patience=$((patience - 1))
	done
	return 1
}

# shellcheck disable=SC2317 # called by open_base
# One capture at a time, wherever it keeps its files; and the same capture, sent twice, finds what the first one did.
place_in_use() {
	has_result "$1" && return 0
	is_ours "$1" && [ -f "$1/lock" ] && ! flock -n "$1/lock" true 2>/dev/null && base=$1
}

# shellcheck disable=SC2317 # called by each_place
# Files that killed runs left, and results that nobody fetched.
clear_leftovers() {
	! is_ours "$1" || {
		rm -rf "$1"/work.*
		find "$1" -name 'result.*' -mmin "+$keep_minutes" -exec rm -rf {} +
	} 2>/dev/null
	return 1
}

# The kernel lets go of this lock whatever ends us, SIGKILL too; then only files are left, which the next run removes.
begin_once() {
	exec 9>>"$base/lock"
	flock -n 9 || wait_for_drill || wait_for_twin ||
		die 75 ALREADY_RUNNING "Capture $running is already running on this machine." \
			'Wait until it has ended.'
	trap cleanup EXIT
	trap stopped TERM INT HUP
	printf '%s %s\n' "$id" $$ >"$base/running"
	each_place clear_leftovers
}

# Sent twice (the caller lost the first answer): the same result again, not a second recording.
send_known() {
	[ -f "$base/result.$id/report" ] && send_result
}

# Before anything is recorded.
set_up() {
	find_ancestors
	work=$base/work.$id
	mkdir "$work" 2>/dev/null || die 73 DISK_FULL "Cannot create $work." 'Free some space there.'
	watch_over
	hurry
	need_perf
	plan_disk
	plan_window
	choose_scope
}

store_result() {
	printf ',"scope":"%s","hz":%d,%s,"warnings":[%s]' "$scope" "$hz" "$(cat "$work/summary")" "$warnings" >"$work/report"
	mkdir "$work/result" && mv "$work/capture.gz" "$work/report" "$work/result/" && mv "$work/result" "$base/result.$id" ||
		die 73 DISK_FULL "The result could not be kept in $base." 'Free some space there.'
}

send_result() {
	if [ -n "$out" ]; then
		cat "$base/result.$id/capture.gz" >"$out" || die 73 DISK_FULL "Cannot write $out." 'Choose another place.'
	fi
	report 0 "$first_part" "$(cat "$base/result.$id/report")"
	[ -z "$out" ] || rm -rf "$base/result.$id"
}
