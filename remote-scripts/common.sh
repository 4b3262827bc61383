#!/bin/sh
# What every action shares: the surroundings, words, checks of arguments, where results may be. Comes first in each.
#
# stdout ends with one JSON line; stderr has words for people.
# Exit: 0 done | 64 wrong usage | 66 no such result | 69 no process to profile | 70 internal fault | 71 perf missing |
# 72 perf not permitted | 73 disk full or read-only | 75 already running | 78 a basic tool is missing |
# 143 stopped by a signal.
# Never 194 or 168: to the SSM agent they mean "reboot" and "skip the rest".
#
# Environment, for tests and for several instances on one machine: SMOKEJUMPER_DIR is where to keep files,
# SMOKEJUMPER_PATH stands for PATH, SMOKEJUMPER_AWK for awk.

# die does not return, so A && B || die is safe (SC2015); not every action uses everything here (SC2034).
# shellcheck disable=SC2015,SC2034

set -u
umask 077
# Bytes, not characters; no private configuration of perf, and no download of debug symbols.
LC_ALL=C
PERF_CONFIG=/dev/null
DEBUGINFOD_URLS=''
export LC_ALL PERF_CONFIG DEBUGINFOD_URLS
PATH=${SMOKEJUMPER_PATH:-${PATH:-}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH
awk=${SMOKEJUMPER_AWK:-awk}

see='The head of remote-scripts/run.sh lists the arguments.'
id=''

# ----------------------------------------
# Words

say() {
	printf 'smokejumper: %s\n' "$*" | tr -cd ' -~\n' >&2
}

# Any text as the inside of a JSON string: printable ASCII without quote and backslash, at most 300 characters.
plain() {
	printf '%s' "$1" | tr '\n"\\' " ''" | tr -c ' -~' '?' | cut -c1-300
}

# die EXIT_CODE CODE MESSAGE HINT
die() {
	say "$3 $4"
	printf '{"smokejumper":1,"ok":false,"id":"%s","code":"%s","message":"%s","hint":"%s"}\n' \
		"$(plain "$id")" "$2" "$(plain "$3")" "$(plain "$4")"
	exit "$1"
}

# ----------------------------------------
# Arguments and tools

# need_action ACTION "$@": each action is a script of its own; the word says to a reader which one was asked for.
need_action() {
	[ "${2:-}" = "$1" ] || die 64 USAGE "The first argument must be '$1', not '${2:-}'." "$see"
}

need_id() {
	case $id in
	'' | *[!A-Za-z0-9._-]* | [!A-Za-z0-9]*)
		die 64 USAGE "--id must be letters, digits, dots, dashes and underscores, not '$id'." "$see"
		;;
	esac
	[ ${#id} -le 64 ] || die 64 USAGE 'The id is longer than 64 characters.' 'Give a shorter --id.'
}

# need_number OPTION VALUE MINIMUM MAXIMUM
need_number() {
	case $2 in
	'' | *[!0-9]* | ???????????*) die 64 USAGE "$1 must be a whole number, not '$2'." "$see" ;;
	esac
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || die 64 USAGE "$1 must be from $3 to $4, not $2." "$see"
}

need_tools() {
	for tool; do
		command -v "$tool" >/dev/null 2>&1 ||
			die 78 MISSING_TOOL "The tool '$tool' is not installed." 'Install coreutils, util-linux, gzip and awk.'
	done
}

# ----------------------------------------
# The folder of results

# each_place COMMAND...: with each folder that may hold results as its last argument, the best first, until it succeeds.
# /var/lib is read-only on hosts with an immutable root; /run and often /tmp are memory. Nothing stands in for
# SMOKEJUMPER_DIR.
each_place() {
	if [ -n "${SMOKEJUMPER_DIR:-}" ]; then
		"$@" "$SMOKEJUMPER_DIR"
		return
	fi
	user=$(id -u)
	if [ "$user" = 0 ]; then
		"$@" /var/lib/smokejumper || "$@" /run/smokejumper || "$@" /var/tmp/smokejumper-0 || "$@" /tmp/smokejumper-0
	else
		"$@" "${TMPDIR:-/tmp}/smokejumper-$user" || "$@" "/var/tmp/smokejumper-$user" || "$@" "/tmp/smokejumper-$user"
	fi
}

# In a world-writable parent somebody else may have made it first.
is_ours() {
	[ -d "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %u "$1")" = "$(id -u)" ]
}

# The result is where the run found a place for it.
has_result() {
	is_ours "$1" && [ -d "$1/result.$id" ] && base=$1
}
