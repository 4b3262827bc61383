#!/bin/sh
# Choosing the folder of results: ours alone, on a disk that can be written to and has room.

# die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2015

# What was wrong with the folders that were tried, in words, and with the first of them as exit code and code.
refusals=''
refused_as=''

# refuse FOLDER CODE WHY
refuse() {
	refusals="$refusals${refusals:+; }$1: $3"
	refused_as=${refused_as:-$2}
	return 1
}

# What a tool says, without its name and what it was about: `mkdir: cannot create directory 'x': Read-only file system`.
reason_in() {
	printf '%s' "$1" | tail -n 1 | sed 's/.*: //; s/[.[:space:]]*$//'
}

# Free KB on the disk of a folder. Files on a tmpfs are memory: on a host in trouble, a quarter of what is left is ours.
room_in() {
	# shellcheck disable=SC2046 # the words of df's line are wanted
	set -- "$1" $(df -Pk "$1" 2>/dev/null | tail -n 1)
	room=${5:-0}
	case $(stat -f -c %T "$1" 2>/dev/null) in
	tmpfs | ramfs)
		memory=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
		[ "$room" -le $((${memory:-0} / 4)) ] || room=$((${memory:-0} / 4))
		;;
	esac
}

# Nothing is run from there, so noexec is no obstacle.
try_place() {
	made=$(mkdir -p "$1" 2>&1) || [ -d "$1" ] || {
		refuse "$1" NOT_WRITABLE "$(reason_in "$made")"
		return
	}
	is_ours "$1" || {
		refuse "$1" UNSAFE_FOLDER 'it is a link or belongs to another user'
		return
	}
	made=$({ chmod 700 "$1" && : >"$1/trial.$$" && rm -f "$1/trial.$$"; } 2>&1) || {
		refuse "$1" NOT_WRITABLE "$(reason_in "$made")"
		return
	}
	room_in "$1"
	[ "$room" -ge "$needed_kb" ] || {
		refuse "$1" DISK_FULL "only $room KB are free, but $needed_kb KB are needed"
		return
	}
	base=$1
}

# open_base KB: sets `base`. A place that `place_in_use` names comes first, whatever its state.
open_base() {
	needed_kb=$1
	each_place place_in_use && return 0
	each_place try_place || case $refused_as in
	UNSAFE_FOLDER)
		die 70 UNSAFE_FOLDER "There is no safe folder for results. $refusals." 'Remove it, or set SMOKEJUMPER_DIR.'
		;;
	*) die 73 "$refused_as" "There is no folder for results. $refusals." \
		'Free some space there, or set SMOKEJUMPER_DIR to a folder that can be written to.' ;;
	esac
	[ -z "$refusals" ] || say "Results are kept in $base. $refusals."
}
