#!/bin/sh
# Sends a further part of a result that `run` keeps on this machine, or uploads all of it. The contract is that of
# run.sh and common.sh.
#
#   fetch --id ID --offset BYTES
#   fetch --id ID --to PRESIGNED_ADDRESS --checksum SHA256_IN_BASE64

# die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2015

. ./common.sh
. ./result.sh
. ./node.sh
. ./upload/upload.sh

# The agent cuts stdout at 24,000 bytes: 4/3 x 17,400 + 600 for the report line.
next_part=17400

arguments() {
	need_action fetch "$@"
	shift
	offset=''
	address=''
	checksum=''
	while [ $# -gt 0 ]; do
		case $1 in
		--id | --offset | --to | --checksum) [ $# -gt 1 ] || die 64 USAGE "$1 needs a value." "$see" ;;
		*) die 64 USAGE "Unknown argument '$1'." "$see" ;;
		esac
		case $1 in
		--id) id=$2 ;;
		--offset) offset=$2 ;;
		--to) address=$2 ;;
		--checksum) checksum=$2 ;;
		esac
		shift 2
	done
	need_id
	if [ -z "$address" ]; then
		need_number --offset "$offset" 0 4294967295
	else
		need_address
	fi
}

# What curl reads in a quoted line, and no more. The message does not repeat it.
need_address() {
	case $address$checksum in
	*[!A-Za-z0-9._~:/?\&=%+-]*) address= ;;
	esac
	case $address in
	http://?* | https://?*) [ "${#checksum}" -eq 44 ] || die 64 USAGE '--checksum must be a SHA-256 in base64.' "$see" ;;
	*) die 64 USAGE '--to must be a presigned address.' "$see" ;;
	esac
}

main() {
	arguments "$@"
	need_tools base64 cut head id sha256sum stat tail tr
	each_place has_result && [ -f "$base/result.$id/capture.gz" ] ||
		die 66 NO_RESULT "There is no result of capture $id on this machine." \
			'Results are removed once they have been fetched, or after an hour.'
	if [ -n "$address" ]; then
		upload "$address" "$checksum"
		exit 0
	fi
	[ "$offset" -lt "$(stat -c %s "$base/result.$id/capture.gz")" ] ||
		die 64 USAGE "The offset $offset lies beyond the end of the result." 'Give an offset below its size.'
	report "$offset" "$next_part"
	exit 0
}

main "$@"
