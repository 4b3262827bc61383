#!/bin/sh
# The arguments of what records, and what holds without them. `action` is the script that was asked for.

# The caller reads the variables (SC2034) and sets some (SC2154); die does not return, so A && B || die is safe
# (SC2015).
# shellcheck disable=SC2015,SC2034,SC2154

seconds=30
hz=99
pids=''
pids_given=''
match=''
start_at=''
install=''
scope=system
v8=off
v8_most=4

arguments() {
	need_action "$action" "$@"
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--install-perf)
			install=yes
			shift
			continue
			;;
		--id | --seconds | --hz | --pid | --match | --start-at | --v8 | --v8-processes | --out) ;;
		*) die 64 USAGE "Unknown argument '$1'." "$see" ;;
		esac
		[ $# -gt 1 ] || die 64 USAGE "$1 needs a value." "$see"
		case $1 in
		--id) id=$2 ;;
		--seconds) seconds=$2 ;;
		--hz) hz=$2 ;;
		--pid) pids=$2 ;;
		--match) match=$2 ;;
		--start-at) start_at=$2 ;;
		--v8) v8=$2 ;;
		--v8-processes) v8_most=$2 ;;
		--out) out=$2 ;;
		esac
		shift 2
	done
	need_id
	need_number --seconds "$seconds" 1 600
	need_number --hz "$hz" 1 4999
	[ -z "$start_at" ] || need_number --start-at "$start_at" 1 9999999999
	need_number --v8-processes "$v8_most" 1 64
	case $v8 in
	off | fallback | lines) ;;
	*) die 64 USAGE "--v8 must be off, fallback or lines, not '$v8'." "$see" ;;
	esac
	case $pids in
	*[!0-9,]*) die 64 USAGE "--pid must be numbers separated by commas, not '$pids'." 'For example: --pid 123,456.' ;;
	esac
	if [ -n "$match" ]; then
		printf '' | grep -Eq -e "$match" 2>/dev/null
		[ $? -lt 2 ] ||
			die 64 USAGE "--match must be an extended regular expression, not '$match'." 'It is read as by grep -E.'
	fi
	pids_given=$pids
	pids=$(printf '%s' "$pids" | tr ',' ' ')
}

# The work is done by the function that is named for the action.
main() {
	arguments "$@"
	need_tools "$awk" base64 cat chmod cut date dd df env find flock getconf grep gzip head id ls mkdir mv nice od \
		readlink rm sed sha256sum sleep sort stat tail timeout tr uname wc
	size_recording
	open_base "$needed_kb"
	"$action"
	exit 0
}
