#!/bin/sh
# Choosing the processes, and what is to be known of each while it lives.

# The program in awk stands in single quotes (SC2016); the names that ls prints here are made of digits (SC2012).
# shellcheck disable=SC2012,SC2016

maps=''
ancestors=''

comma_list() {
	echo "$pids" | tr -s ' ' ',' | sed 's/^,//; s/,$//'
}

# Whoever started this script, `smokejumper capture` above all, is not what is to be profiled.
find_ancestors() {
	ancestors=' '
	ancestor=$$
	while [ "${ancestor:-0}" -gt 1 ]; do
		ancestors="$ancestors$ancestor "
		ancestor=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$ancestor/status" 2>/dev/null)
	done
}

# By the program that runs, not by its name, which `process.title` changes: /proc/PID/exe -> .../node (deleted).
node_pids() {
	for found in $(ls -l /proc/[0-9]*/exe 2>/dev/null |
		sed -n 's|^.* /proc/\([0-9]*\)/exe -> .*/node\(js\)\{0,1\}\( (deleted)\)\{0,1\}$|\1|p'); do
		case $ancestors in
		*" $found "*) continue ;;
		esac
		if [ -n "$match" ]; then
			tr '\000' ' ' 2>/dev/null <"/proc/$found/cmdline" | grep -Eq -e "$match" || continue
		fi
		echo "$found"
	done
}

choose_pids() {
	if [ -n "$pids_given" ]; then
		alive=''
		for pid in $pids; do
			if [ -d "/proc/$pid" ]; then alive="$alive $pid"; else warn "There is no process $pid."; fi
		done
		pids=$alive
		[ -n "$pids" ] || die 69 NO_SUCH_PROCESS "None of the processes $pids_given is running." 'Check the pid.'
	else
		pids=$(node_pids | tr '\n' ' ')
		[ -n "$pids" ] || die 69 NO_NODE_PROCESS \
			"No Node.js process${match:+ that matches '$match'} is running on this machine." \
			'Only programs named node or nodejs are profiled; give --pid for any other.'
	fi
	for pid in $pids; do know_process "$pid"; done
}

# The pid by which a process knows itself, in a container another one; empty when it has ended.
inner_pid() {
	sed -n 's/^NSpid:.*[[:space:]]\([0-9][0-9]*\)$/\1/p' "/proc/$1/status" 2>/dev/null
}

# Where the process writes its map: its own /tmp, under the pid that it sees itself.
know_process() {
	inner=$(inner_pid "$1")
	owner=$(sed -n 's/^Uid:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	space=$(readlink "/proc/$1/ns/mnt" 2>/dev/null)
	echo "$1 ${inner:-$1} ${owner:-0} ${space:--}" >>"$work/known"
	maps="$maps /proc/$1/root/tmp/perf-${inner:-$1}.map"
	describe_process "$1" >>"$work/described"
}

# One line `PID key text` for each fact. Of the command line only the script's name is kept: arguments may be secret.
describe_process() {
	title=$(tr '\000\n' '\n?' 2>/dev/null <"/proc/$1/cmdline" | head -n 40 | "$awk" '
		NR == 1 && $0 !~ /(^|\/)node(js)?$/ { name = $0; exit }
		NR > 1 && skip { skip = 0; next }
		NR > 1 && /^(-r|--require|--import|--loader|--experimental-loader|-C)$/ { skip = 1; next }
		NR > 1 && /^-(e|p|pe|-eval|-print)$/ { name = "node " $0; exit }
		NR > 1 && !/^-/ && $0 != "" { sub(/.*\//, ""); name = $0; exit }
		END { print substr(name == "" ? "node" : name, 1, 64) }')
	printf '%s title %s\n' "$1" "$(plain "$title")"
	printf '%s exe %s\n' "$1" "$(plain "$(readlink "/proc/$1/exe" 2>/dev/null)")"
	printf '%s container %s\n' "$1" \
		"$(sed -n 's/.*[^0-9a-f]\([0-9a-f]\{64\}\).*/\1/p' "/proc/$1/cgroup" 2>/dev/null | head -n 1 | cut -c1-12)"
}
