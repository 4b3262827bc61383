#!/bin/sh
# Records one process once more, for a few seconds in which V8 inlines nothing in it, so that perf itself sees the
# helpers that V8 had inlined. The contract is that of run.sh and common.sh.
#
#   confirm --id ID --pid PID --start-at EPOCH_SECONDS --seconds N --hz N
#
# --start-at is when the capture began in which the process was seen: one that is younger is another one, and is left
# alone. The process is visited once, as by V8's own profiler (v8/engine.sh). It takes the coverage off again by a timer
# of its own, a few seconds after the recording, whatever becomes of us.
#
# stdout: as of run. The visit is in the capture.

# The parts call what stands here (SC2317), read the variables (SC2034) and set some (SC2154); die does not return, so
# A && B || die is safe (SC2015).
# shellcheck disable=SC2015,SC2034,SC2154,SC2317

action=confirm

. ./common.sh
. ./host/places.sh
. ./run/guard.sh
. ./result.sh
. ./run/arguments.sh
. ./run/faults.sh
. ./run/once.sh
. ./host/install.sh
. ./run/perf.sh
. ./run/processes.sh
. ./run/record.sh
. ./run/reduce.sh
. ./run/programs.sh
. ./run/containers.sh
. ./node.sh
. ./v8/load.sh
. ./v8/coverage.sh

# How long the coverage stays beyond the recording: a visit returns a second after its begin, on a busy machine later.
more_seconds=3

look_at_code() {
	:
}

write_code() {
	echo 'visits 1'
	v8_fact "$pids" profiled '' "$v8_said"
	echo 'code 0'
}

# What V8 counts belongs to the whole process: who counts already would lose it.
counts_already() {
	tr '\000' '\n' 2>/dev/null <"/proc/$1/environ" | grep -q '^NODE_V8_COVERAGE='
}

refuse_process() {
	die 69 "$1" "$2" "$untouched"
}

need_same_process() {
	untouched='Nothing was changed in it.'
	pids=$(comma_list)
	is_node "$pids" || refuse_process NOT_NODE "$(v8_sentence NOT_NODE)"
	v8_stat "/proc/$pids"
	"$awk" -v born="${v8_born:-0}" -v clk="$(getconf CLK_TCK)" -v epoch="$epoch" -v at="${start_at:-0}" \
		'BEGIN { exit !(born > 0 && epoch + born / clk <= at) }' ||
		refuse_process GONE "$(v8_sentence GONE)"
	v8_check "$pids" || refuse_process "$v8_reason" "$(v8_sentence "$v8_reason")"
	! counts_already "$pids" || refuse_process COVERAGE_IN_USE 'It counts coverage of its own.'
}

# The window is within the coverage, whose end is counted from before its beginning.
record_covered() {
	begin_recording
	look_at_clock
	covered=$((now + (seconds + more_seconds) * 100))
	v8_calls=$v8_coverage v8_keep_seconds=0
	v8_one $((seconds + more_seconds)) "$hz" "$pids"
	grep -q . "$v8_marks" 2>/dev/null || rm -f "$v8_marks"
	if [ -n "$v8_reason" ]; then
		untouched=''
		end_perf
		refuse_process "$v8_reason" "$(v8_sentence "$v8_reason")"
	fi
	look_at_clock
	from=$now
	to=$((from + seconds * 100))
	[ "$to" -le "$covered" ] || to=$covered
	[ $((to - from)) -ge 100 ] || fault TOO_LATE 'The visit took too long.' 'Try again.'
	record_window
}

confirm() {
	begin_once
	! send_known || return 0
	set_up
	choose_pids
	load_v8
	v8_marks=$base/v8-marks
	v8_recover
	need_same_process
	record_covered
	# Of other programs nothing is wanted.
	scope=pids
	begin_reading
	reduce
	store_result
	send_result
}

main "$@"
