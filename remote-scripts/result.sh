#!/bin/sh
# Sending a kept result, from its first byte or from a later one.

# Where to write it; nothing: to stdout.
out=''

# report OFFSET LENGTH [MORE]: one part as base64, then the JSON line; without the part when the result goes to a file.
report() {
	result=$base/result.$id
	if [ -z "$out" ]; then
		tail -c +"$(($1 + 1))" "$result/capture.gz" | head -c "$2" | base64 | tr -d '\n'
		echo
	fi
	size=$(stat -c %s "$result/capture.gz")
	part=$((size - $1))
	[ "$part" -le "$2" ] || part=$2
	[ -z "$out" ] || part=0
	printf '{"smokejumper":1,"ok":true,"id":"%s","bytes":%d,"sha256":"%s","chunk":{"offset":%d,"length":%d}%s}\n' "$id" \
		"$size" "$(sha256sum <"$result/capture.gz" | cut -d ' ' -f 1)" "$1" "$part" "${3:-}"
}
