#!/bin/sh
# Sends a further part of a result that `run` keeps on this machine. The contract is that of run.sh and common.sh.
#
#   fetch --id ID --offset BYTES

# die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2015

. ./common.sh
. ./result.sh

# The agent cuts stdout at 24,000 bytes: 4/3 x 17,400 + 600 for the report line.
next_part=17400

arguments() {
	need_action fetch "$@"
	shift
	offset=''
	while [ $# -gt 0 ]; do
		case $1 in
		--id | --offset) [ $# -gt 1 ] || die 64 USAGE "$1 needs a value." "$see" ;;
		*) die 64 USAGE "Unknown argument '$1'." "$see" ;;
		esac
		case $1 in
		--id) id=$2 ;;
		--offset) offset=$2 ;;
		esac
		shift 2
	done
	need_id
	need_number --offset "$offset" 0 4294967295
}

main() {
	arguments "$@"
	need_tools base64 cut head id sha256sum stat tail tr
	each_place has_result && [ -f "$base/result.$id/capture.gz" ] ||
		die 66 NO_RESULT "There is no result of capture $id on this machine." \
			'Results are removed once they have been fetched, or after an hour.'
	[ "$offset" -lt "$(stat -c %s "$base/result.$id/capture.gz")" ] ||
		die 64 USAGE "The offset $offset lies beyond the end of the result." 'Give an offset below its size.'
	report "$offset" "$next_part"
	exit 0
}

main "$@"
