#!/bin/sh
# From perf's recording to the capture form.

# die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2015

# The most of a map that is copied. V8 writes some 110 bytes a function: this is more than two million functions.
map_limit=268435456

census_awk='@awk/census.awk@'
reduce_awk='@awk/reduce.awk@'
facts_awk='@awk/facts.awk@'
copy_map='@copy-map.sh@'

# Copies each map while its process still lives, and lists the processes for the reducer.
copy_maps() {
	index=0
	while read -r pid inner owner space; do
		map=/proc/$pid/root/tmp/perf-$inner.map
		# The map outlives its process, but the way through /proc does not.
		[ -d "/proc/$pid" ] || [ "$space" != "$(readlink /proc/self/ns/mnt)" ] || map=/tmp/perf-$inner.map
		copy=$work/map.$index
		if [ ! -e "$map" ] && [ ! -L "$map" ]; then
			state=none
		elif [ -f "$map" ] && [ ! -L "$map" ] &&
			timeout 60 sh -c "$copy_map" sh "$map" "$owner" "$copy" "$map_limit" 2>/dev/null; then
			state=ok
			[ ! -f "$copy.base" ] || state=truncated
		else
			state=unreadable
		fi
		echo "$pid $state" >>"$work/states"
		base_at=0
		[ "$state" != truncated ] || read -r base_at <"$copy.base"
		case $state in
		ok | truncated) echo "$index $pid $copy $base_at $(stat -c %s "$copy")" ;;
		*) echo "$index $pid - 0 0" ;;
		esac >>"$work/procs"
		index=$((index + 1))
	done <"$work/known"
}

# perf_text OPTIONS... : one text of perf, its status kept in a file since sh has no pipefail.
perf_text() {
	timeout 150 "$perf" script -f -i "$work/perf.data" "$@" 2>"$work/script.err" </dev/null
	echo $? >"$work/script.status"
}

check_script() {
	read -r status <"$work/script.status"
	[ "$1" -eq 0 ] && [ "$status" -eq 0 ] ||
		fault REDUCE_FAILED "$2 failed (exit codes: perf $status, awk $1)$(last_words "$work/script.err")." \
			'Try again with fewer seconds.'
}

count_samples() {
	perf_text -F comm,pid,tid,time,event "$@" | "$awk" "$census_awk" >"$work/census"
	counted=$?
}

reduce() {
	say 'Reading the recording.'
	count_samples --show-lost-events
	# perf 4.14 (Amazon Linux 2): unknown option `show-lost-events'. It says "lost 2 chunks", of any number each.
	if grep -q "unknown option .show-lost-events" "$work/script.err"; then
		count_samples
		! grep -q 'lost [0-9]* chunks' "$work/script.err" ||
			warn 'The kernel lost samples; this version of perf does not say how many.'
	fi
	check_script "$counted" 'Counting the samples'
	start=$(sed -n 's/^first //p' "$work/census")
	perf_text --pid "$(comma_list)" --no-inline -F pid,tid,time,period,ip,sym,dso |
		timeout 200 "$awk" -v procs="$work/procs" -v census="$work/census" -v ticks="$work/ticks" \
			-v trailer="$work/trailer" -v hot="$work/hot" -v start="$start" -v bin=0.02 "$reduce_awk" >"$work/body"
	check_script $? 'Reducing the stacks'
	zero=idle
	# Within a container the samples of everything outside of it carry pid 0 as well.
	[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] || zero='idle or outside this container'
	"$awk" -v census="$work/census" -v described="$work/described" -v states="$work/states" -v trailer="$work/trailer" \
		-v summary="$work/summary" -v id="$id" -v hz="$hz" -v seconds="$seconds" -v epoch="$epoch" -v cut="$cut" \
		-v scope="$scope" -v own="$own" -v zero="$zero" -v cpus="$cpus" -v clk="$(getconf CLK_TCK)" \
		-v host="$(uname -n)" -v kernel="$(uname -r)" -v version="$(sed 's/^perf version //' "$work/version")" \
		-v warnings="$warnings" "$facts_awk" \
		"$work/census" "$work/described" "$work/states" "$work/trailer" "$work/ticks" >"$work/facts" ||
		fault REDUCE_FAILED 'The facts about the recording could not be written.' 'Try again.'
	look_at_code
	{
		echo 'smokejumper-capture 2'
		cat "$work/facts" "$work/body"
		write_code
	} >"$work/capture" && gzip -9 -n "$work/capture" ||
		die 73 DISK_FULL "The result could not be written to $base." 'Free some space there.'
}
