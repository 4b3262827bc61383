#!/bin/sh
# The recording, and the state of the machine noted before it, once a second during it, and after it.
#
# perf takes long to start and to end on a machine that burns. So it begins before the wanted time and ends after it,
# and what lies outside is cut off by the times of the samples, which the kernel takes: `from` and `to`, in hundredths
# of a second of the clock of /proc/uptime.

# The program in awk stands in single quotes (SC2016); the names that ls prints here are made of digits (SC2012);
# die does not return, so A && B || die is safe (SC2015); `$1` in single quotes is for another shell (SC2016).
# shellcheck disable=SC2012,SC2015,SC2016

# A start time further away than this is no plan but a wrong clock.
longest_wait=180
ticks=0
perf_pid=''
pause_pid=''
from=''
to=''

tick_awk='@awk/tick.awk@'

tick() {
	read -r up _ </proc/uptime
	ticks=$((ticks + 1))
	# Every third time: to look at all processes is what costs most here.
	if [ -z "$pids_given" ] && [ "$scope" = system ] && [ $((ticks % 3)) -eq 0 ]; then
		new=''
		for pid in $(runtime_pids); do
			case " $pids " in
			*" $pid "*) ;;
			*) new="$new $pid" ;;
			esac
		done
		pids="$pids$new"
		# shellcheck disable=SC2086
		[ -z "$new" ] || know_processes $new
	fi
	"$awk" -v up="$up" "$tick_awk" /proc/[0-9]* >>"$work/ticks" 2>/dev/null
	# ls prints mode, links, uid, gid, size, ..., path. The list of paths is made above, of nothing but digits.
	# shellcheck disable=SC2086
	ls -ln $maps 2>/dev/null | "$awk" -v up="$up" '/^-/ { split($NF, p, "/"); print "M", up, p[3], $5 }' >>"$work/ticks"
}

pause() {
	sleep "$1" 9>&- &
	pause_pid=$!
	wait "$pause_pid"
	pause_pid=''
}

# look_at_clock [COPY]: hundredths of a second since the machine started, in $now, or those in a copy of the kernel's
# file. It has two decimals; 1 before the number keeps `08` from being octal.
look_at_clock() {
	read -r up _ <"${1:-/proc/uptime}"
	now=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# seconds_of HUNDREDTHS: 1203 -> 12.03
seconds_of() {
	echo "$(($1 / 100)).$(($1 / 10 % 10))$(($1 % 10))"
}

# Seconds since 1970, with a fraction where `date` has one.
clock() {
	date +%s.%N | sed 's/[^0-9]*$//'
}

# wait_until HUNDREDTHS
wait_until() {
	look_at_clock
	while [ "$now" -lt "$1" ]; do
		left=$(($1 - now))
		[ "$left" -lt 6000 ] || left=6000
		pause "$(seconds_of "$left")"
		look_at_clock
	done
}

# How many want each CPU: by the mean of a minute or, where that is more, by what runs now. 0 on an idle machine.
crowding() {
	"$awk" -v cpus="$cpus" '{ split($4, f, "/"); n = $1 > f[1] - 1 ? $1 : f[1] - 1; printf "%d", n / cpus }' /proc/loadavg
}

load_words() {
	"$awk" -v cpus="$cpus" '{ printf "load %s on %d CPU%s", $1, cpus, cpus == 1 ? "" : "s" }' /proc/loadavg
}

# The planned start by this machine's clock, and what the clock of /proc/uptime showed in 1970.
plan_window() {
	# On a machine that burns, time passes between two looks at two clocks: the shortest of a few tries counts.
	best=100000
	for _ in 1 2 3 4 5; do
		look_at_clock
		earlier=$now
		date=$(clock)
		look_at_clock
		[ $((now - earlier)) -lt "$best" ] || continue
		best=$((now - earlier))
		epoch=$("$awk" -v now="$date" -v up=$((now + earlier)) 'BEGIN { printf "%.3f", now - up / 200 }')
		[ "$best" -gt 3 ] || break
	done
	[ -n "$start_at" ] || return 0
	from=$("$awk" -v at="$start_at" -v epoch="$epoch" 'BEGIN { printf "%d", (at - epoch) * 100 }')
	look_at_clock
	[ $((from - now)) -lt $((longest_wait * 100)) ] || {
		away=$(((from - now) / 100))
		warn "The planned start is $away s away: this machine's clock is wrong. The recording began at once."
		from=''
	}
}

# What the kernel may write at most: a sample takes 350 bytes with 30 frames, 1.1 KB with 127. Half of it is usual.
size_recording() {
	cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
	record_kb=$((hz * cpus * (seconds + 8) + 16384))
	[ "$record_kb" -lt 524288 ] || record_kb=524288
	needed_kb=$((record_kb / 2 + 16384))
}

# Looked at once more after perf may have been installed on the same disk.
plan_disk() {
	room_in "$base"
	[ "$room" -ge "$needed_kb" ] ||
		die 73 DISK_FULL "Only $room KB are free in $base, but $needed_kb KB are needed." 'Free some space.'
}

# A machine that burns has a long queue for each CPU. What is done here takes a second or two of CPU in all: at the
# head of the queue it is over soon, and the recording begins in time. Only root may.
hurry() {
	! renice -n -5 -p $$ >/dev/null 2>&1 || politeness=5
}

# Starts perf so long before the window that it runs by then: its start takes 0.3 s of CPU, which may be 3 s of time. It
# ends by itself when nobody ends it; its `sleep` notes when it began.
start_perf() {
	lead=$((100 + 50 * $(crowding)))
	[ "$lead" -lt 600 ] || lead=600
	[ -z "$from" ] || wait_until $((from - lead))
	[ ! -s "$work/known" ] || tick
	look_at_clock
	early=0
	[ -z "$from" ] || [ "$from" -le "$now" ] || early=$(((from - now) / 100))
	# shellcheck disable=SC2086 # the options are words
	"$perf" record $record_options -o "$work/perf.data" "$@" -- \
		sh -c 'cat /proc/uptime >"$1.new"; mv "$1.new" "$1"; exec sleep "$2"' sh "$work/began" \
		$((early + seconds + 40)) >"$work/record.err" 2>&1 </dev/null 9>&- &
	perf_pid=$!
	[ -s "$work/known" ] || {
		choose_pids
		tick
	}
	while [ ! -s "$work/began" ] && kill -0 "$perf_pid" 2>/dev/null; do pause 0.1; done
}

begin_window() {
	if [ -s "$work/began" ]; then look_at_clock "$work/began"; else look_at_clock; fi
	began=$now
	[ -z "$from" ] || [ $((began - from)) -lt 30 ] ||
		warn "The recording began $(((began - from) / 100)).$(((began - from) / 10 % 10)) s after the planned start."
	[ -n "$from" ] && [ "$began" -lt "$from" ] || from=$began
	to=$((from + seconds * 100))
}

begin_recording() {
	if [ "$scope" = system ]; then set -- -a; else set -- -p "$(comma_list)"; fi
	start_perf "$@"
}

record() {
	begin_recording
	say "Recording $(comma_list) for $seconds s at $hz Hz."
	begin_window
	record_window
}

record_window() {
	look_at_clock
	while kill -0 "$perf_pid" 2>/dev/null && [ "$now" -lt "$to" ]; do
		next=$((now + 100))
		[ "$next" -lt "$to" ] || next=$to
		wait_until "$next"
		tick
	done
	end_perf
	ticks=2
	tick
	# 143: ended by us. Before that it has written all.
	{ [ "$status" -eq 0 ] || [ "$status" -eq 143 ]; } && [ -s "$work/perf.data" ] ||
		fault RECORD_FAILED "Recording failed: perf $(why "$status")$(last_words "$work/record.err")." 'Try again.'
	cut=0
	if [ "$(($(stat -c %s "$work/perf.data") / 1024))" -ge "$record_kb" ]; then
		cut=1
		warn 'The recording stopped early because its file reached the size limit.'
	fi
}

# perf needs a moment to write its file, more of it on a machine that burns.
end_perf() {
	kill -TERM "$perf_pid" 2>/dev/null
	polls=0
	while kill -0 "$perf_pid" 2>/dev/null; do
		pause 0.2
		polls=$((polls + 1))
		[ "$polls" -ne 200 ] || kill -KILL "$perf_pid" 2>/dev/null
	done
	wait "$perf_pid"
	status=$?
	perf_pid=''
}
