#!/bin/sh
# Running a profiled program's own node binary, as its user and in its mount namespace: what the program could not read
# is not read.

# awk programs stand in single quotes (SC2016); the caller sets the variables (SC2154).
# shellcheck disable=SC2016,SC2154

. ./runtime.sh

# Only Node is asked: another program would be run with arguments that mean something else to it.
is_node() {
	[ "$(runtime_of "$1")" = node ]
}

# as_owner PID SECONDS BLOCKS ARGUMENT...: its output goes to stdout, at most so many blocks of 512 bytes to a file:
# whatever that program is, it does not fill the disk. In a shell of its own, which this ends.
as_owner() {
	program=$1
	patience=$2
	ulimit -f "$3"
	shift 3
	exec 9<"/proc/$program/exe" || return 1
	owner=$("$awk" '/^Uid:/ { print $3 }' "/proc/$program/status") || return 1
	group=$("$awk" '/^Gid:/ { print $3 }' "/proc/$program/status") || return 1
	set -- /proc/self/fd/9 --max-old-space-size=128 "$@"
	# Nothing else of the container is run: there may be no shell in it, nor coreutils.
	if [ "$(id -u)" = 0 ]; then
		set -- setpriv --no-new-privs nsenter --target "$program" --mount --pid --root --wd="/proc/$program/root" \
			--setuid "$owner" --setgid "$group" "$@"
	fi
	exec env -i PATH="$PATH" SMOKEJUMPER_RUN="${SMOKEJUMPER_RUN:-}" timeout -s KILL "$patience" \
		nice -n "${politeness:-19}" "$@" 2>/dev/null
}
