#!/bin/sh
# Sends the source text around a few places of running programs. The contract is that of run.sh and common.sh.
#
#   source --id ID --place PID:LINE:COLUMN:PATH [--place ...]
#
# At most ten places; the path in base64, as the program itself would write it. Each is read by the program's own node
# binary, as the program's user and in its mount namespace: what the program could not read is not read.
#
# stdout: a line of base64 (gzipped lines of JSON, one for each place, see source.js), then one JSON line.

# die does not return, so A && B || die is safe (SC2015); awk programs stand in single quotes (SC2016).
# shellcheck disable=SC2015,SC2016,SC2154

. ./common.sh
. ./host/places.sh
. ./node.sh

source_js='@source.js@'

most_places=10
# The agent cuts stdout at 24,000 bytes: 4/3 x 17,400 + 600 for the report line.
most_bytes=17400
places=''
work=''

# shellcheck disable=SC2317 # called by open_base
place_in_use() {
	return 1
}

arguments() {
	need_action source "$@"
	shift
	count=0
	while [ $# -gt 0 ]; do
		case $1 in
		--id | --place) [ $# -gt 1 ] || die 64 USAGE "$1 needs a value." "$see" ;;
		*) die 64 USAGE "Unknown argument '$1'." "$see" ;;
		esac
		case $1 in
		--id) id=$2 ;;
		--place)
			need_place "$2"
			places="$places $2"
			count=$((count + 1))
			;;
		esac
		shift 2
	done
	need_id
	[ "$count" -gt 0 ] && [ "$count" -le "$most_places" ] ||
		die 64 USAGE "There must be from 1 to $most_places places, not $count." "$see"
}

need_place() {
	case $1 in
	*[!0-9A-Za-z:+/=]* | *:*:*:*:*) wrong_place "$1" ;;
	[1-9]*:[1-9]*:[0-9]*:?*) ;;
	*) wrong_place "$1" ;;
	esac
	place_pid=${1%%:*}
	place_rest=${1#*:}
	place_line=${place_rest%%:*}
	place_rest=${place_rest#*:}
	case $place_pid$place_line${place_rest%%:*} in
	*[!0-9]* | ???????????????????????????*) wrong_place "$1" ;;
	esac
	[ ${#1} -le 8192 ] || wrong_place "$(printf %s "$1" | cut -c1-60)"
}

wrong_place() {
	die 64 USAGE "--place must be PID:LINE:COLUMN:PATH with the path in base64, not '$1'." "$see"
}

# One line for each place, whatever becomes of it.
answer() {
	for place in $places; do
		if ! [ -d "/proc/${place%%:*}/fd" ]; then
			echo '{"reason":"GONE"}'
		elif ! is_node "${place%%:*}"; then
			echo '{"reason":"NOT_NODE"}'
		else
			(as_owner "${place%%:*}" 10 2048 -e "$source_js" "${place#*:}") </dev/null >"$work/one" || :
			line=$(head -n 1 "$work/one" | tr -d '\000' | head -c 65536)
			case $line in
			'{"'*'}') printf '%s\n' "$line" ;;
			*) echo '{"reason":"NO_ANSWER"}' ;;
			esac
		fi
	done
}

# What does not fit into one answer is left out from the end, the hottest places being first.
fit() {
	kept=$(wc -l <"$work/all")
	while :; do
		head -n "$kept" "$work/all" | gzip -9 >"$work/gz" || return 1
		[ "$(wc -c <"$work/gz")" -gt "$most_bytes" ] && [ "$kept" -gt 1 ] || break
		kept=$((kept - 1))
	done
	[ "$(wc -c <"$work/gz")" -le "$most_bytes" ] || {
		kept=0
		gzip </dev/null >"$work/gz"
	}
}

main() {
	arguments "$@"
	need_tools base64 chmod cut df env gzip head id mkdir mktemp nice readlink rm sed stat tail timeout tr wc "$awk"
	[ "$(id -u)" != 0 ] || need_tools nsenter setpriv
	open_base 4096
	work=$(mktemp -d "$base/source.XXXXXX") || die 73 DISK_FULL "Cannot write to $base." 'Free some space there.'
	trap 'rm -rf "$work"' EXIT
	trap 'exit 143' HUP INT TERM
	answer >"$work/all" && fit || die 73 DISK_FULL "Cannot write to $base." 'Free some space there.'
	base64 <"$work/gz" | tr -d '\n'
	echo
	printf '{"smokejumper":1,"ok":true,"id":"%s","places":%d,"kept":%d}\n' "$id" "$count" "$kept"
	exit 0
}

main "$@"
