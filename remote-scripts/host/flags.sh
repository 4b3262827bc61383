#!/bin/sh
# What the flags that give functions their names do to a process: a log of V8 that never ends, and a map that two
# processes write at once. docs/operations.md, "What the flags cost".

# awk programs stand in single quotes (SC2016); the caller sets variables (SC2154).
# shellcheck disable=SC2016,SC2154

# The address of its headers, which is in each release of Node, names the version. Read, never run; 20 ms of CPU, once
# for each program.
node_version() {
	program=$(stat -L -c %d:%i "/proc/$1/exe" 2>/dev/null) || return 0
	grep -s "^$program " "$work/versions" >"$work/version.line" || {
		timeout 5 head -c 268435456 "/proc/$1/exe" 2>/dev/null | grep -aom1 'node-v[0-9][0-9]*\.[0-9][0-9.]*[0-9]' |
			head -n 1 | sed "s/^node-/$program /" >"$work/version.line"
		[ -s "$work/version.line" ] || echo "$program " >"$work/version.line"
		cat "$work/version.line" >>"$work/versions"
	}
	sed 's/^[^ ]* //' "$work/version.line"
}

# Its command line and NODE_OPTIONS, of the environment nothing else.
node_options() {
	{
		tr '\000' '\n' <"/proc/$1/cmdline"
		tr '\000' '\n' <"/proc/$1/environ" | grep '^NODE_OPTIONS='
	} 2>/dev/null
}

# Seconds since the process began. Its name stands in brackets and may hold anything: look from the right.
age_of() {
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | tail -n 1 | "$awk" -v clk="$(getconf CLK_TCK)" '
		BEGIN { getline up < "/proc/uptime" } { printf "%d", up - $20 / clk }'
}

# log_size PID PATTERN: of the open files whose names match, `BYTES PATH`, their sum and the first name.
log_size() {
	# shellcheck disable=SC2012 # of the line, only the name of the link matters
	ls -l "/proc/$1/fd" 2>/dev/null | sed -n "s|.* \([0-9][0-9]*\) -> \(/$2\)\$|\1 \2|p" | {
		sum=0
		name=''
		while read -r file path; do
			sum=$((sum + $(stat -L -c %s "/proc/$1/fd/$file" 2>/dev/null || echo 0)))
			name=${name:-$path}
		done
		[ -z "$name" ] || echo "$sum $name"
	}
}

# --perf-basic-prof also begins V8's log, and since V8 13 (Node 24) --perf-basic-prof-only-functions does: a file for
# each thread in the working directory; where that cannot be written, standard output; with --logfile=+ a file without a
# name.
log_of() {
	options=$(node_options "$1")
	since=''
	! printf '%s' "$options" | grep -Eq -e '--perf[-_]basic[-_]prof[-_]only' || since=24
	! printf '%s' "$options" | grep -Eq -e '--perf[-_]basic[-_]prof( |$)' || since=1
	[ -n "$since" ] || return 0
	log=$(log_size "$1" '.*isolate-0x[0-9a-f]*-[0-9]*-.*')
	log=${log:-$(log_size "$1" '.*/v8\.log')}
	to='file'
	if [ -z "$log" ] && printf '%s' "$options" | grep -q -e '^--logfile=+$'; then
		log=$(log_size "$1" 'tmp/.* (deleted)')
		to=unlinked
	elif [ -z "$log" ]; then
		major=${2#v}
		case $options in
		*--logfile=?*) return 0 ;;
		esac
		[ "${major%%.*}" -ge "$since" ] 2>/dev/null || return 0
		log='0 '
		to=stdout
	fi
	[ -z "$log" ] || printf ',"v8Log":{"to":"%s","path":"%s","bytes":%d,"seconds":%d}' \
		"$to" "$(plain "${log#* }")" "${log%% *}" "$(age_of "$1")"
}

# One line `PID more JSON` for each process that is still there.
note_flags() {
	while read -r pid inner _; do
		file=$(stat -L -c %d:%i "/proc/$pid/root/tmp/perf-$inner.map" 2>/dev/null) && echo "$file $pid"
	done <"$work/known" >"$work/mapfiles"
	while read -r pid _; do
		version=$(node_version "$pid")
		more=$(
			[ -z "$version" ] || printf ',"node":"%s"' "$version"
			log_of "$pid" "$version"
			"$awk" -v pid="$pid" '
				{ if ($2 == pid) mine = $1; else of[$2] = $1 }
				END { for (p in of) if (of[p] == mine) s = s (s == "" ? "" : ",") p
					if (s != "") printf ",\"sharesMapWith\":[%s]", s }' "$work/mapfiles"
		)
		[ -z "$more" ] || printf '%s more %s\n' "$pid" "$more"
	done <"$work/known" >>"$work/described"
}
