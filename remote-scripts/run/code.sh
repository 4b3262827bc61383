#!/bin/sh
# What perf cannot tell: names from V8's own profiler where the caller wants that (see v8/engine.sh), and what V8 may
# have inlined into the hot functions (see inlined.js).

# awk programs stand in single quotes (SC2016); the caller sets the variables (SC2154), and the engine those that it
# hands over (SC2034).
# shellcheck disable=SC2016,SC2034,SC2154

inlined_js='@inlined.js@'

# A visit takes a second, on a burning machine more.
visit_seconds=3
# All looks at code together end after so many seconds.
code_seconds=30
# Processes whose code is looked at: each costs a start of Node.
most_programs=8

# The processes by the CPU that they use in half a second, most first.
by_cpu() {
	for pid in $pids; do
		v8_stat "/proc/$pid"
		echo "$pid $v8_ticks"
	done >"$v8_work/earlier"
	pause 0.5
	while read -r pid earlier; do
		v8_stat "/proc/$pid"
		echo "$((v8_ticks - earlier)) $pid"
	done <"$v8_work/earlier" | sort -rn | cut -d ' ' -f 2
}

has_map() {
	[ -s "/proc/$1/root/tmp/perf-$(inner_pid "$1").map" ]
}

# skip_visit PID CODE MESSAGE
skip_visit() {
	printf '{"pid":%d,"status":"skipped","reason":"%s","message":"%s"}\n' "$1" "$2" "$3" >>"$v8_work/facts"
}

# Seconds until the planned start; many when there is none.
seconds_left() {
	[ -n "$from" ] || {
		echo 600
		return
	}
	look_at_clock
	echo $(((from - now) / 100))
}

# Begins V8's profiles, hottest process first. They end by themselves; the recording of perf must not begin late for
# them.
begin_v8() {
	v8_marks=$base/v8-marks
	[ "$v8" != off ] || [ -s "$v8_marks" ] || return 0
	load_v8
	v8_recover
	[ "$v8" != off ] || return 0
	: >"$v8_work/facts"
	: >"$v8_work/begun"
	for pid in $(by_cpu); do
		[ "$v8" != fallback ] || ! has_map "$pid" || continue
		if ! is_node "$pid"; then
			skip_visit "$pid" NOT_NODE "The process does not run Node.js."
		elif [ "$(wc -l <"$v8_work/begun")" -ge "$v8_most" ]; then
			skip_visit "$pid" ENOUGH "At most $v8_most processes are visited; others used more CPU."
		elif left=$(seconds_left) && [ "$left" -lt "$visit_seconds" ]; then
			skip_visit "$pid" NO_TIME "There was no time left before the planned start."
		else
			[ "$left" -lt 60 ] || left=$((v8_most * visit_seconds))
			v8_one $((left + seconds + 5)) "$hz" "$pid"
		fi
	done
}

collect_v8() {
	[ "$v8" != off ] || return 0
	v8_collect "$v8_work/profiles"
	# No line in it: nothing is open any more.
	grep -q . "$v8_marks" 2>/dev/null || rm -f "$v8_marks"
}

# look_at INDEX PID: one line of JSON from the program's own node.
look_at() {
	profile=$v8_work/profiles/$2.cpuprofile
	[ -n "$v8_work" ] && [ -f "$profile" ] || profile=/dev/null
	map=$work/map.$1
	wanted=lines
	[ -s "$map" ] || {
		map=/dev/null
		wanted=samples
	}
	sed -n "s/^$1 //p" "$work/body.hot" >"$work/hot.one"
	[ -s "$work/hot.one" ] || [ "$profile" != /dev/null ] || return 0
	is_node "$2" || return 0
	(as_owner "$2" 10 8192 --expose-internals -e "$inlined_js" "$wanted" \
		<"$work/hot.one" 7<"$profile" 8<"$map" >"$work/code.one") || :
	line=$(head -n 1 "$work/code.one" | tr -d '\000')
	case $line in
	'{"'*'}') printf '%s %s\n' "$1" "$line" >>"$work/code" ;;
	*) say "What V8 inlined in process $2 could not be found out." ;;
	esac
}

# Of the processes with most samples.
look_at_code() {
	: >"$work/code"
	# On a machine that burns there is no time for many.
	[ "$(crowding)" -lt 2 ] || {
		most_programs=2
		code_seconds=8
	}
	look_at_clock
	code_ends=$((now + code_seconds * 100))
	[ "$(id -u)" != 0 ] || { command -v nsenter && command -v setpriv; } >/dev/null || return 0
	# What V8 has profiled comes first: without that look its functions have no names.
	"$awk" -v hot="$work/body.hot" -v seen="$v8_work/profiles/" 'FILENAME == hot { used[$1] += $2; next }
		{ v8 = (getline line < (seen $2 ".cpuprofile")) > 0; print used[$1] + v8 * 1000000000, $1, $2 }' \
		"$work/body.hot" "$work/procs" | sort -rn |
		head -n "$most_programs" | while read -r _ index pid; do
		look_at_clock
		[ "$now" -ge "$code_ends" ] || look_at "$index" "$pid"
	done
}

# The two last parts of the capture.
write_code() {
	visits=/dev/null
	[ "$v8" = off ] || visits=$v8_work/profiles/facts
	for part in "visits $visits" "code $work/code"; do
		echo "${part%% *} $(wc -l <"${part#* }" | tr -d ' ')"
		cat "${part#* }"
	done
}
