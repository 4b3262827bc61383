#!/bin/sh
# The recording, and the state of the machine noted before it, once a second during it, and after it.

# The program in awk stands in single quotes (SC2016); the names that ls prints here are made of digits (SC2012);
# die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2012,SC2015,SC2016

# A start time further away than this is no plan but a wrong clock.
longest_wait=180
perf_pid=''
pause_pid=''

tick_awk='@awk/tick.awk@'

tick() {
	read -r up _ </proc/uptime
	if [ -z "$pids_given" ] && [ "$scope" = system ]; then
		for pid in $(node_pids); do
			case " $pids " in
			*" $pid "*) continue ;;
			esac
			pids="$pids $pid"
			know_process "$pid"
		done
	fi
	"$awk" -v up="$up" "$tick_awk" /proc/[0-9]* >>"$work/ticks" 2>/dev/null
	# ls prints mode, links, uid, gid, size, ..., path. The list of paths is made above, of nothing but digits.
	# shellcheck disable=SC2086
	ls -ln $maps 2>/dev/null | "$awk" -v up="$up" '/^-/ { split($NF, p, "/"); print "M", up, p[3], $5 }' >>"$work/ticks"
}

pause() {
	sleep "$1" &
	pause_pid=$!
	wait "$pause_pid"
	pause_pid=''
}

wait_for_start() {
	[ -n "$start_at" ] || return 0
	left=$("$awk" -v at="$start_at" -v now="$(clock)" 'BEGIN { printf "%.2f", at - now }')
	case $left in
	-[01].* | 0.00) ;;
	-*) warn "The recording began ${left#-} s after the planned start." ;;
	*)
		if [ "${left%.*}" -gt "$longest_wait" ]; then
			warn "The planned start is $left s away, so this machine's clock is wrong; the recording began at once."
		else
			pause "$left"
		fi
		;;
	esac
}

# Seconds since 1970, with a fraction where `date` has one.
clock() {
	date +%s.%N | sed 's/[^0-9]*$//'
}

# What the kernel may write at most: a sample takes 350 bytes with 30 frames, 1.1 KB with 127. Half of it is usual.
size_recording() {
	cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
	record_kb=$((hz * cpus * (seconds + 2) + 16384))
	[ "$record_kb" -lt 524288 ] || record_kb=524288
	needed_kb=$((record_kb / 2 + 16384))
}

# Looked at once more after perf may have been installed on the same disk.
plan_disk() {
	room_in "$base"
	[ "$room" -ge "$needed_kb" ] ||
		die 73 DISK_FULL "Only $room KB are free in $base, but $needed_kb KB are needed." 'Free some space.'
}

record() {
	if [ "$scope" = system ]; then set -- -a; else set -- -p "$(comma_list)"; fi
	epoch=$("$awk" -v now="$(clock)" 'BEGIN { getline up < "/proc/uptime"; printf "%.3f", now - up }')
	tick
	# shellcheck disable=SC2086 # the options are words
	nice -n 19 "$perf" record $record_options -o "$work/perf.data" "$@" -- sleep "$seconds" >"$work/record.err" 2>&1 \
		</dev/null &
	perf_pid=$!
	began=${up%.*}
	while kill -0 "$perf_pid" 2>/dev/null && [ $((${up%.*} - began)) -lt "$seconds" ]; do
		pause 1
		tick
	done
	# perf needs a moment to write its file, more of it on a machine that burns.
	polls=0
	while kill -0 "$perf_pid" 2>/dev/null; do
		pause 0.2
		polls=$((polls + 1))
		[ "$polls" -ne 300 ] || kill -INT "$perf_pid" 2>/dev/null
		[ "$polls" -ne 350 ] || kill -KILL "$perf_pid" 2>/dev/null
	done
	wait "$perf_pid"
	status=$?
	own=$perf_pid
	perf_pid=''
	tick
	[ -s "$work/perf.data" ] && [ "$status" -eq 0 ] ||
		fault RECORD_FAILED "Recording failed: perf ended with exit code $status$(last_words "$work/record.err")." \
			'Try again.'
	cut=0
	if [ "$(($(stat -c %s "$work/perf.data") / 1024))" -ge "$record_kb" ]; then
		cut=1
		warn 'The recording stopped early because its file reached the size limit.'
	fi
}
