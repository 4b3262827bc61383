#!/bin/sh
# The other programs of the machine that used its CPUs: who they are, who started them, and their stacks.

# awk programs stand in single quotes (SC2016); the caller sets the variables (SC2154).
# shellcheck disable=SC2016,SC2154

programs_awk='@awk/programs.awk@'

# Who they are, with the list of their processes for the reducer.
find_programs() {
	: >"$work/programs.facts"
	: >"$work/programs.procs"
	[ "$scope" = system ] || return 0
	"$awk" -v census="$work/census" -v ticks="$work/ticks" -v procs="$work/procs" -v list="$work/programs.procs" \
		-v hz="$hz" -v begins="$begins" -v ends="$ends" "$cgroup_awk$programs_awk" </dev/null >"$work/programs.who"
	cat "$work/programs.who" >"$work/programs.facts"
	while read -r key index pid _; do
		[ "$key" != program ] || echo "exe $index $(plain "$(readlink "/proc/$pid/exe" 2>/dev/null)")"
	done <"$work/programs.who" >>"$work/programs.facts"
}

# Their stacks; without them the capture is as good.
reduce_programs() {
	echo 'programs 0' >"$work/programs.body"
	[ -s "$work/programs.text" ] || return 0
	to_form "$work/programs.procs" programs <"$work/programs.text" || {
		warn "The stacks of other programs could not be read: awk $(why $?)."
		return 0
	}
	{
		echo 'programs 1'
		cat "$work/programs"
	} >"$work/programs.body"
	sed 's/^/programs /' "$work/programs.trailer" >>"$work/programs.facts"
}
