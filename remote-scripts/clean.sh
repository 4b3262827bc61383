#!/bin/sh
# Removes a result that `run` keeps on this machine. The contract is that of run.sh and common.sh.
#
#   clean --id ID

# die does not return, so A && B || die is safe (SC2015).
# shellcheck disable=SC2015

. ./common.sh

main() {
	need_action clean "$@"
	[ $# -eq 3 ] && [ "$2" = --id ] || die 64 USAGE "The arguments must be 'clean --id ID'." "$see"
	id=$3
	need_id
	need_tools id rm stat tr
	# In more than one place when the first was full for a while.
	while each_place has_result; do
		rm -rf "$base/result.$id" && [ ! -d "$base/result.$id" ] ||
			die 70 NOT_REMOVED "The result in $base cannot be removed." 'Remove it by hand.'
	done
	printf '{"smokejumper":1,"ok":true,"id":"%s"}\n' "$id"
	exit 0
}

main "$@"
