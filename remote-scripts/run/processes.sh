#!/bin/sh
# Choosing the processes, and what is to be known of each while it lives.

# The program in awk stands in single quotes (SC2016); the names that ls prints here are made of digits (SC2012);
# lists of pids are words (SC2046, SC2086).
# shellcheck disable=SC2012,SC2016,SC2046,SC2086

maps=''
ancestors=''

cgroup_awk='@awk/cgroup.awk@'
describe_awk='@awk/describe.awk@'

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

# matching PID...: those whose command line matches.
matching() {
	grep -aH '' $(printf '/proc/%s/cmdline ' "$@") 2>/dev/null | tr '\000' ' ' |
		sed -n 's|^/proc/\([0-9]*\)/cmdline:|\1 |p' >"$work/lines"
	sed 's/^[0-9]* //' "$work/lines" | grep -En -e "$match" | cut -d : -f 1 >"$work/matching"
	"$awk" 'NR == FNR { wanted[$1] = 1; next } FNR in wanted { print $1 }' "$work/matching" "$work/lines" | sort -un
}

# The processes to profile, one pid a line; `running` says which runtime each has.
runtime_pids() {
	find_runtimes >"$work/running"
	found=''
	while read -r pid _; do
		case $ancestors in
		*" $pid "*) ;;
		*) found="$found $pid" ;;
		esac
	done <"$work/running"
	[ -n "$found" ] || return 0
	if [ -z "$match" ]; then printf '%s\n' $found; else matching $found; fi
}

# Once: whoever needs them first asks.
choose_pids() {
	[ ! -s "$work/known" ] || return 0
	if [ -n "$pids_given" ]; then
		find_runtimes >"$work/running"
		alive=''
		for pid in $pids; do
			if [ -d "/proc/$pid" ]; then alive="$alive $pid"; else warn "There is no process $pid."; fi
		done
		pids=$alive
		[ -n "$pids" ] || die 69 NO_SUCH_PROCESS "None of the processes $pids_given is running." 'Check the pid.'
	else
		pids=$(runtime_pids | tr '\n' ' ')
		[ -n "$pids" ] || die 69 NO_NODE_PROCESS \
			"No Node.js process${match:+ that matches '$match'} is running on this machine." \
			'Programs are told by what they contain, whatever their names; give --pid for a program of another kind.'
	fi
	know_processes $pids
}

# The pid by which a process knows itself, in a container another one; empty when it has ended.
inner_pid() {
	sed -n 's/^NSpid:.*[[:space:]]\([0-9][0-9]*\)$/\1/p' "/proc/$1/status" 2>/dev/null
}

# know_processes PID...: `known` has a line `PID inner-pid owner mount-namespace` for each, `described` what people want
# to know.
know_processes() {
	stat -L -c '%n %i' $(printf '/proc/%s/ns/mnt ' "$@") 2>/dev/null >"$work/spaces"
	for pid; do
		echo "=== $pid"
		plain "$(readlink "/proc/$pid/exe" 2>/dev/null)"
		echo
		tr '\000\n' '\n?' 2>/dev/null <"/proc/$pid/cmdline" | head -n 40
		echo
	done | "$awk" -v running="$work/running" -v spaces="$work/spaces" -v known="$work/new" "$cgroup_awk$describe_awk" \
		>>"$work/described"
	cat "$work/new" >>"$work/known"
	while read -r pid inner _; do
		maps="$maps /proc/$pid/root/tmp/perf-$inner.map"
	done <"$work/new"
}
