#!/bin/sh
# Puts a kept result at a presigned address of S3, with curl, or where there is none with the node binary of a program
# that runs here (see node.sh). The address is a secret for as long as it is valid: it is handed on through standard
# input and stands on no command line.

# die does not return, so A && B || die is safe (SC2015); the caller sets the variables (SC2154).
# shellcheck disable=SC2015,SC2154

upload_js='@upload/upload.js@'

# A command may take this long; 12 MB need one second of it.
upload_seconds=100
# Programs whose node is tried: each costs a start of Node.
upload_tries=3

# upload ADDRESS CHECKSUM: S3 takes nothing but the content that has this SHA-256, for which the address is signed.
upload() {
	file=$base/result.$id/capture.gz
	if command -v curl >/dev/null 2>&1; then
		with=curl
		answer=$(with_curl "$1" "$2")
	else
		with=node
		answer=$(with_node "$1" "$2")
	fi
	case $answer in
	200) ;;
	'') die 78 NO_UPLOAD 'Neither curl nor a Node.js of root is there to upload with.' 'Install curl.' ;;
	*)
		die 70 UPLOAD_FAILED "The upload with $with failed (HTTP status $answer)." \
			'Status 0: is there a way from here to S3, such as a gateway endpoint? 403: has the address expired?'
		;;
	esac
	printf '{"smokejumper":1,"ok":true,"id":"%s","bytes":%d,"sha256":"%s","uploaded":"%s"}\n' "$id" \
		"$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -d ' ' -f 1)" "$with"
}

# Prints the status of the answer, 0 where there was none.
with_curl() {
	status=$(printf 'url = "%s"\nheader = "x-amz-checksum-sha256: %s"\n' "$1" "$2" |
		curl -q --silent --connect-timeout 10 --max-time "$upload_seconds" --output /dev/null --write-out '%{http_code}' \
			--upload-file "$file" --config - 2>/dev/null)
	plain "${status#00}"
}

# The same; nothing where there is no such program. The program's user may see what its node does, so only a binary
# that belongs to root (or to us) is trusted with a profile of the whole machine.
with_node() {
	tried=0
	for process in /proc/[0-9]*; do
		pid=${process#/proc/}
		is_node "$pid" || continue
		case $(stat -L -c %u "$process/exe" 2>/dev/null) in
		0 | "$(id -u)") ;;
		*) continue ;;
		esac
		[ "$tried" -lt "$upload_tries" ] || break
		tried=$((tried + 1))
		status=$(printf '%s\n%s\n' "$1" "$2" |
			(as_owner "$pid" "$upload_seconds" 64 -e "$upload_js" 7<"$file") | head -c 3)
		[ "$status" != 200 ] || break
	done
	[ "$tried" -eq 0 ] || plain "${status:-0}"
}
