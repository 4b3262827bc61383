#!/bin/sh
# From perf's recording to the capture form.

# die does not return, so A && B || die is safe (SC2015); awk programs stand in single quotes (SC2016).
# shellcheck disable=SC2015,SC2016

# The most of a map that is copied. V8 writes some 110 bytes a function: this is more than two million functions.
map_limit=268435456

census_awk='@awk/census.awk@'
reduce_awk='@awk/reduce.awk@'
facts_awk='@awk/facts.awk@'
copy_map='@run/copy-map.sh@'

# copy_map_of INDEX PID INNER OWNER NAMESPACE: notes in `states` how it went, and the process for the reducer.
copy_map_of() {
	map=/proc/$2/root/tmp/perf-$3.map
	# The map outlives its process, but the way through /proc does not.
	[ -d "/proc/$2" ] || [ "$5" != "$own_space" ] || map=/tmp/perf-$3.map
	copy=$work/map.$1
	copied='- 0 0'
	# Also where the process is another user's, or its files are on a file system that is its user's alone.
	state=unreadable
	if [ -d "/proc/$2" ] && [ ! -d "/proc/$2/root/" ] || [ -L "$map" ]; then
		:
	elif [ ! -e "$map" ]; then
		state=none
	elif [ ! -f "$map" ]; then
		:
	elif case $v8$sampled in lines* | *" $2 "*) false ;; esac then
		state=ok
	elif timeout 60 sh -c "$copy_map" sh "$map" "$4" "$copy" "$map_limit" 2>/dev/null; then
		state=ok
		base_at=0
		! read -r base_at 2>/dev/null <"$copy.base" || state=truncated
		copied="$copy $base_at $(stat -c %s "$copy")"
	fi
	echo "$2 $state" >>"$work/states"
	echo "$1 $2 $copied" >>"$work/procs"
}

# Copies each map while its process still lives, and lists the processes for the reducer. Of hundreds most may be idle:
# without samples, perf's or V8's, nobody needs what is in their maps.
copy_maps() {
	own_space=$(stat -L -c %i /proc/self/ns/mnt)
	sed -n 's/^pid \([0-9]*\) .*/\1/p' "$work/census" >"$work/sampled"
	sampled=" $(tr '\n' ' ' <"$work/sampled")"
	index=0
	while read -r pid inner owner space; do
		copy_map_of "$index" "$pid" "$inner" "$owner" "$space"
		index=$((index + 1))
	done <"$work/known"
}

# What perf can do depends on its version.
can() {
	grep -q -e "--$1" "$work/script.help"
}

# Symbols are looked up in the programs themselves, which takes long, and demangled, which takes as long: the service
# does that. Counting needs neither.
choose_reading() {
	"$perf" script -h >"$work/script.help" 2>&1
	mkdir -p "$work/nothing"
	no_symbols=''
	! can symfs || ! can kallsyms || no_symbols="--symfs $work/nothing --kallsyms=/dev/null"
	task_events=''
	! can show-task-events || task_events=--show-task-events
	# perf 4.14 (Amazon Linux 2) does not know it, and says "lost 2 chunks" of any number each.
	! can show-lost-events || task_events="$task_events --show-lost-events"
	mangled=''
	! can demangle || mangled=--no-demangle
}

# perf_text SECONDS OPTIONS... : one text of perf, its status kept in a file since sh has no pipefail. Out of time, it
# has printed the samples in their order up to some moment.
perf_text() {
	limit=$1
	shift
	timeout -k 5 "$limit" "$perf" script -f -i "$work/perf.data" "$@" 2>"$work/script.err" </dev/null
	echo $? >"$work/script.status"
}

# The reading of a capture ends after so many seconds, whatever the machine does: a part is better than nothing, and
# nobody waits for ever.
reading_seconds=75
reading_ends=0

reading_left() {
	look_at_clock
	left=$(((reading_ends - now) / 100))
	[ "$left" -gt 3 ] || left=3
	echo "$left"
}

# check_awk STATUS WHAT
check_awk() {
	[ "$1" -eq 0 ] || fault REDUCE_FAILED "$2 failed: awk $(why "$1")." 'Try again with fewer seconds.'
}

# `begins` and `ends` are the window in seconds.
count_samples() {
	# shellcheck disable=SC2086 # the options are words
	perf_text "$(reading_left)" $no_symbols -F comm,pid,tid,time,event $task_events |
		"$awk" -v begins="$begins" -v ends="$ends" -v root=$$ "$census_awk" >"$work/census"
	check_awk $? 'Counting the samples'
	read -r status <"$work/script.status"
	[ "$task_events" != "${task_events%lost-events}" ] || ! grep -q 'lost [0-9]* chunks' "$work/script.err" ||
		warn 'The kernel lost samples; this version of perf does not say how many.'
	case $status in
	0 | 124) ;;
	129)
		[ -n "$no_symbols$task_events" ] || fault REDUCE_FAILED "Counting the samples: perf $(why 129)." 'Try another perf.'
		# It does not know what it says it knows.
		no_symbols=''
		task_events=''
		count_samples
		;;
	*)
		fault REDUCE_FAILED "Counting the samples failed: perf $(why "$status")$(last_words "$work/script.err")." \
			'Try again.'
		;;
	esac
}

# to_form PROCS NAME: the text of perf script, as the parts of the capture form with the stacks; NAME.trailer and
# NAME.hot beside it.
to_form() {
	every=$(sed -n 's/^programs every //p' "$work/programs.facts" 2>/dev/null)
	timeout 200 "$awk" -v procs="$1" -v census="$work/census" -v ticks="$work/ticks" -v trailer="$work/$2.trailer" \
		-v hot="$work/$2.hot" -v start="$begins" -v ends="$ends" -v bin=0.02 \
		-v every="$every" -v others="$work/programs.procs" -v divert="$work/programs.text" "$reduce_awk" >"$work/$2"
}

# perf reads the symbols of every program that it meets, also where only some processes are asked for: a second of CPU
# for each Node. So it gets to see no files but theirs: links in a folder, by the way through /proc, which leads into
# containers as well. Where a process has ended, or two files have one path, it sees all.
only_their_files() {
	set --
	for pid in $(echo "$everyone" | tr ',' ' '); do
		[ -r "/proc/$pid/maps" ] || return 1
		set -- "$@" "/proc/$pid/maps"
	done
	# `7f01-7f02 r-xp 0000 fe:00 1234   /path`: device, inode, pid and path of what is executable.
	"$awk" '$2 ~ /x/ && $6 ~ /^\// && !/ (\(deleted\)|\/tmp\/perf-[0-9]*\.map)$/ {
		split(FILENAME, part, "/"); print $4, $5, part[3], substr($0, index($0, "/"))
	}' "$@" >"$work/maps" 2>/dev/null || return 1
	sort -u -k 1,2 -k 4 "$work/maps" >"$work/mapped"
	[ -z "$(cut -d ' ' -f 4- "$work/mapped" | sort | uniq -d)" ] || return 1
	while read -r _ _ pid path; do
		mkdir -p "$work/files${path%/*}" && ln -s "/proc/$pid/root$path" "$work/files$path" || return 1
	done <"$work/mapped"
	[ ! -d /usr/lib/debug ] || { mkdir -p "$work/files/usr/lib" && ln -s /usr/lib/debug "$work/files/usr/lib/debug"; }
}

# Of profiled and other programs in one go, as far as they have samples. Without a pid (ours will do) perf prints all.
reduce_stacks() {
	everyone=$(cut -d ' ' -f 2 "$work/procs" "$work/programs.procs" | grep -xFf "$work/sampled" | head -n 5000 |
		tr '\n' ',')$$
	files=''
	! can symfs || ! only_their_files || files="--symfs $work/files --kallsyms=/proc/kallsyms"
	# shellcheck disable=SC2086 # the options are words
	perf_text "$(reading_left)" $files --pid "$everyone" --no-inline $mangled -F pid,tid,time,period,ip,sym,dso |
		to_form "$work/procs" body
	check_awk $? 'Reducing the stacks'
	read -r status <"$work/script.status"
}

# What was read in time, as a shorter recording.
keep_what_was_read() {
	read_to=$(sed -n 's/^last //p' "$work/body.trailer")
	"$awk" -v from="$begins" -v to="$read_to" 'BEGIN { exit !(to > from + 0.5) }' ||
		fault REDUCE_FAILED "Reading the stacks: perf $(why 124) before the first second was read." \
			'Try again with fewer seconds.'
	# The window ends behind the last sample.
	ends=${read_to}1
	length=$("$awk" -v from="$begins" -v to="$read_to" 'BEGIN { printf "%.1f", to - from }')
	warn "Reading the recording ran out of time ($(load_words)): only its first $length s were read."
	reading_ends=$((reading_ends + 1500))
	count_samples
	find_programs
}

# Who has samples: only their maps are wanted, and soon.
begin_reading() {
	say 'Reading the recording.'
	look_at_clock
	reading_ends=$((now + reading_seconds * 100))
	choose_reading
	begins=$(seconds_of "$from")
	ends=$(seconds_of "$to")
	count_samples
	copy_maps
}

reduce() {
	find_programs
	reduce_stacks
	case $status in
	0) ;;
	124) keep_what_was_read ;;
	*)
		fault REDUCE_FAILED "Reading the stacks failed: perf $(why "$status")$(last_words "$work/script.err")." \
			'Try again with fewer seconds.'
		;;
	esac
	reduce_programs
	find_containers
	warn_of_barred
	zero=idle
	# Within a container the samples of everything outside of it carry pid 0 as well.
	[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] || zero='idle or outside this container'
	[ -z "$mangled" ] || symbols=raw
	"$awk" -v census="$work/census" -v described="$work/described" -v states="$work/states" \
		-v trailer="$work/body.trailer" -v programs="$work/programs.facts" -v summary="$work/summary" -v id="$id" \
		-v containers="$work/told.json" \
		-v hz="$hz" -v begins="$begins" -v ends="$ends" -v epoch="$epoch" -v cut="$cut" -v scope="$scope" -v zero="$zero" \
		-v cpus="$cpus" -v symbols="${symbols:-}" -v clk="$(getconf CLK_TCK)" -v host="$(uname -n)" -v kernel="$(uname -r)" \
		-v version="$(sed 's/^perf version //' "$work/version")" -v warnings="$warnings" "$facts_awk" \
		"$work/census" "$work/described" "$work/states" "$work/body.trailer" "$work/programs.facts" "$work/ticks" \
		>"$work/facts" ||
		fault REDUCE_FAILED 'The facts about the recording could not be written.' 'Try again.'
	look_at_code
	{
		echo 'smokejumper-capture 3'
		cat "$work/facts" "$work/body"
		write_code
		cat "$work/programs.body"
	} >"$work/capture" && gzip -9 -n "$work/capture" ||
		die 73 DISK_FULL "The result could not be written to $base." 'Free some space there.'
}
