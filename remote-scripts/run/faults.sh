#!/bin/sh
# What goes wrong in a recording, in words and exit codes, and what is done when it ends.

# The caller sets the variables (SC2154, SC2034).
# shellcheck disable=SC2034,SC2154

warnings=''

# fault CODE MESSAGE HINT: exit code 70, unless the disk is full. Then that is why, and what should tell could not be
# written.
fault() {
	# shellcheck disable=SC2046 # the words of df's line are wanted
	set -- "$@" $(df -Pk "$base" | tail -n 1)
	[ "${7:-0}" -ge 256 ] ||
		die 73 DISK_FULL "The disk holding $base filled up during the capture." 'Free some space there.'
	die 70 "$1" "$2" "$3"
}

warn() {
	say "$1"
	warnings="$warnings${warnings:+,}\"$(plain "$1")\""
}

# The last line of a program's words, as the end of a sentence: `: it said this`, without a full stop.
last_words() {
	tail -n 1 "$1" | sed 's/^./: &/; s/[[:space:].]*$//'
}

# What an exit code says, as the end of a sentence that begins with a program.
why() {
	case $1 in
	124) echo "ran out of time ($(load_words))" ;;
	126 | 127) echo 'could not be run' ;;
	129) echo 'did not know an option' ;;
	134 | 139) echo 'crashed' ;;
	137) echo "was killed, perhaps for want of memory ($(load_words))" ;;
	130 | 141 | 143) echo 'was ended by a signal' ;;
	*) echo "ended with exit code $1" ;;
	esac
}

# shellcheck disable=SC2317 # called by a trap
cleanup() {
	trap '' TERM INT HUP
	sweep
	[ -z "$perf_pid" ] || wait "$perf_pid" 2>/dev/null
	[ -n "$work" ] && rm -rf "$work"
}

# shellcheck disable=SC2317 # called by a trap
stopped() {
	die 143 STOPPED 'The capture was stopped by a signal.' 'Nothing is left behind; start it again.'
}
