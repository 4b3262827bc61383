#!/bin/sh
# Profiles the Node.js processes of this machine with perf and sends the profile back in a compact form.
#
#   run   --id ID --seconds N --hz N [--pid LIST] [--match ERE] [--start-at EPOCH_SECONDS]
#         [--v8 off|fallback|lines] [--v8-processes N] [--install-perf] [--out FILE]
#   fetch --id ID --offset BYTES
#   clean --id ID
#
# Made for SSM Run Command: sent as text, run as root by any POSIX sh, it prints less than 24,000 bytes of ASCII. It
# installs nothing unless told to (see host/install.sh), leaves no process behind and removes its files; only the result
# stays, in a folder of mode 0700, for `fetch` until `clean`, or until a later run finds it older than an hour.
#
# stdout: a line of base64 (a part of the gzipped capture, see docs/formats.md; none with --out), then one JSON line.
# stderr: words for people.
# Exit codes and environment: see common.sh.
#
# This is the first of the files that service/capture/assemble-script.ts puts together: the files named by lines like
# `. ./run/perf.sh` and `tick_awk='@awk/tick.awk@'` take the place of these lines, and comments are dropped.
# `smokejumper script run` prints that.

# die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2015

. ./common.sh
. ./host/places.sh
. ./run/guard.sh
. ./result.sh
. ./host/install.sh
. ./run/perf.sh
. ./run/processes.sh
. ./run/record.sh
. ./run/reduce.sh
. ./run/programs.sh
. ./run/containers.sh
. ./node.sh
. ./run/code.sh
. ./host/flags.sh

# The agent cuts stdout at 24,000 bytes: 4/3 x 16,800 + 1,400 for the report line.
first_part=16800
keep_minutes=60

seconds=30
hz=99
pids=''
pids_given=''
match=''
start_at=''
install=''
work=''
scope=system
warnings=''

# fault CODE MESSAGE HINT: exit code 70, unless the disk is full. Then that is why, and what should tell could not be
# written.
fault() {
	# shellcheck disable=SC2046 # the words of df's line are wanted
	set -- "$@" $(df -Pk "$base" | tail -n 1)
	[ "${7:-0}" -ge 256 ] ||
		die 73 DISK_FULL "The disk holding $base filled up during the capture." 'Free some space there.'
	die 70 "$1" "$2" "$3"
}

warn() {
	say "$1"
	warnings="$warnings${warnings:+,}\"$(plain "$1")\""
}

# The last line of a program's words, as the end of a sentence: `: it said this`, without a full stop.
last_words() {
	tail -n 1 "$1" | sed 's/^./: &/; s/[[:space:].]*$//'
}

# What an exit code says, as the end of a sentence that begins with a program.
why() {
	case $1 in
	124) echo "ran out of time ($(load_words))" ;;
	126 | 127) echo 'could not be run' ;;
	129) echo 'did not know an option' ;;
	134 | 139) echo 'crashed' ;;
	137) echo "was killed, perhaps for want of memory ($(load_words))" ;;
	130 | 141 | 143) echo 'was ended by a signal' ;;
	*) echo "ended with exit code $1" ;;
	esac
}

# shellcheck disable=SC2317 # called by a trap
cleanup() {
	trap '' TERM INT HUP
	sweep
	[ -z "$perf_pid" ] || wait "$perf_pid" 2>/dev/null
	[ -n "$work" ] && rm -rf "$work"
}

# shellcheck disable=SC2317 # called by a trap
stopped() {
	die 143 STOPPED 'The capture was stopped by a signal.' 'Nothing is left behind; start it again.'
}

arguments() {
	need_action run "$@"
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--install-perf)
			install=yes
			shift
			continue
			;;
		--id | --seconds | --hz | --pid | --match | --start-at | --v8 | --v8-processes | --out) ;;
		*) die 64 USAGE "Unknown argument '$1'." "$see" ;;
		esac
		[ $# -gt 1 ] || die 64 USAGE "$1 needs a value." "$see"
		case $1 in
		--id) id=$2 ;;
		--seconds) seconds=$2 ;;
		--hz) hz=$2 ;;
		--pid) pids=$2 ;;
		--match) match=$2 ;;
		--start-at) start_at=$2 ;;
		--v8) v8=$2 ;;
		--v8-processes) v8_most=$2 ;;
		--out) out=$2 ;;
		esac
		shift 2
	done
	need_id
	need_number --seconds "$seconds" 1 600
	need_number --hz "$hz" 1 4999
	[ -z "$start_at" ] || need_number --start-at "$start_at" 1 9999999999
	need_number --v8-processes "$v8_most" 1 64
	case $v8 in
	off | fallback | lines) ;;
	*) die 64 USAGE "--v8 must be off, fallback or lines, not '$v8'." "$see" ;;
	esac
	case $pids in
	*[!0-9,]*) die 64 USAGE "--pid must be numbers separated by commas, not '$pids'." 'For example: --pid 123,456.' ;;
	esac
	if [ -n "$match" ]; then
		printf '' | grep -Eq -e "$match" 2>/dev/null
		[ $? -lt 2 ] ||
			die 64 USAGE "--match must be an extended regular expression, not '$match'." 'It is read as by grep -E.'
	fi
	pids_given=$pids
	pids=$(printf '%s' "$pids" | tr ',' ' ')
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

# The same command may come twice before the first one has ended: SSM's answer to the first was lost and it was sent
# again. Both give the one result.
wait_for_twin() {
	patience=$((seconds + longest_wait + install_longest))
	while [ "$patience" -gt 0 ]; do
		pause 1
		flock -n 9 && return 0
		[ "$(cat "$base/running" 2>/dev/null)" = "$id" ] || return 1
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

run() {
	# The kernel lets go of this lock whatever ends us, SIGKILL too; then only files are left, which the next run removes.
	exec 9>>"$base/lock"
	flock -n 9 || wait_for_twin ||
		die 75 ALREADY_RUNNING "Capture $(cat "$base/running" 2>/dev/null) is already running on this machine." \
			'Wait until it has ended.'
	trap cleanup EXIT
	trap stopped TERM INT HUP
	printf '%s' "$id" >"$base/running"
	each_place clear_leftovers
	# Sent twice (the caller lost the first answer): the same result again, not a second recording.
	if [ -f "$base/result.$id/report" ]; then
		send_result
		return
	fi
	find_ancestors
	work=$base/work.$id
	mkdir "$work" 2>/dev/null || die 73 DISK_FULL "Cannot create $work." 'Free some space there.'
	watch_over
	hurry
	need_perf
	plan_disk
	plan_window
	choose_scope
	# On a machine that burns perf must be on its way first: then there is time to look around.
	[ "$v8" = off ] && [ -z "$pids" ] && [ "$(crowding)" -gt 0 ] || choose_pids
	begin_v8
	record
	begin_reading
	note_flags
	collect_v8
	reduce
	store_result
	send_result
}

main() {
	arguments "$@"
	need_tools "$awk" base64 cat chmod cut date dd df env find flock getconf grep gzip head id ls mkdir mv nice od \
		readlink rm sed sha256sum sleep sort stat tail timeout tr uname wc
	size_recording
	open_base "$needed_kb"
	run
	exit 0
}

main "$@"
