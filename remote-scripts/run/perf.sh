#!/bin/sh
# Finding perf, and learning what it may record here.

# Ubuntu's /usr/bin/perf is a wrapper that fails when the tools of the running kernel's exact version are missing; the
# perf of any other version works nearly always.
find_perf() {
	for perf in perf /usr/lib/linux-tools/*/perf /usr/lib/linux-tools-*/perf /usr/lib/linux-*-tools-*/perf; do
		command -v "$perf" >/dev/null 2>&1 && timeout 20 "$perf" version >"$work/version" 2>/dev/null && return 0
	done
	perf=''
	return 1
}

need_perf() {
	find_perf && return 0
	plan_install
	[ -z "$obstacle" ] || die 71 PERF_MISSING "There is no perf here, and it cannot be installed: $obstacle." "$advice"
	[ -n "$install" ] || die 71 PERF_MISSING 'There is no perf here that works with the running kernel.' "$advice"
	install_perf
}

# Always the same event, so that two machines agree: without performance counters (most small instances) `cycles`
# silently becomes `cpu-clock`. CLOCK_BOOTTIME is the clock of /proc/uptime, by which everything else is noted. Without
# -B and -N perf would copy every program that it sees into ~/.debug.
# Opens the event and reads nothing: `perf record` would read all of /proc first.
may_count() {
	timeout 20 "$perf" stat -e cpu-clock "$@" -- true >"$work/trial.err" 2>&1 </dev/null
}

# A trial, because only that shows what the kernel permits. System-wide first: `perf record -p` spins on whole CPUs as
# soon as one attached thread ends.
choose_scope() {
	record_options="-q -B -N -e cpu-clock -F $hz -g -k CLOCK_BOOTTIME"
	"$perf" record -h >"$work/help" 2>&1
	grep -q max-size "$work/help" && record_options="$record_options --max-size=${record_kb}K"
	may_count -a && return 0
	choose_pids
	if may_count -p "$(comma_list)"; then
		scope=pids
		warn "System-wide recording is not permitted: only the chosen processes are recorded, not those that start later."
		return 0
	fi
	# perf goes on for a page about settings; what happened is its first line, after a lone `Error:`.
	grep -v -e '^Error:$' -e '^[[:space:]]*$' "$work/trial.err" | head -n 1 >"$work/reason"
	paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null)
	die 72 PERF_NOT_PERMITTED \
		"The kernel does not let perf record (perf_event_paranoid ${paranoid:-unknown})$(last_words "$work/reason")." \
		'Run this as root on the host, or give the container CAP_PERFMON.'
}
