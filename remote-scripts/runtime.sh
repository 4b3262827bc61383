#!/bin/sh
# Which runtime of JavaScript a process is, told by the program that it runs and never by the name of its file: a
# Node.js may be called node-22 or anything else, and be a part of the service's own program. Nothing of it is run.

# awk programs stand in single quotes (SC2016); the caller sets the variables (SC2154).
# shellcheck disable=SC2016,SC2154

elf_awk='@awk/elf.awk@'

# The file `runtimes` has the programs that were looked at: device, inode and size of each, and its runtime or `-`.

# Offset and length of the names that an ELF program shares with libraries. Its program headers stand at the beginning.
# The 64-bit headers: System V ABI, chapters 4 and 5.
shared_names() {
	head=$(od -A n -v -t u1 -N 4096 "$1" 2>/dev/null)
	at=$(echo "$head" | "$awk" -v part=dynamic "$elf_awk")
	[ -n "$at" ] || return 1
	{
		echo "$head"
		echo dynamic
		od -A n -v -t u1 -j "${at% *}" -N "${at#* }" "$1" 2>/dev/null
	} | "$awk" -v part=names "$elf_awk"
}

# runtime_of_file FILE: prints node, bun, napi, or - for another program; fails where the file has no shared names.
# Node exports node::Start to its addons, Bun marks its names with BUN_ and a version, Deno has Node-API only.
runtime_of_file() {
	at=$(shared_names "$1")
	[ -n "$at" ] || return 1
	from=${at% *}
	case $(dd if="$1" bs=4096 skip=$((from / 4096)) count=$((${at#* } / 4096 + 2)) 2>/dev/null |
		grep -a -o -E '_ZN4node5StartEiPPc|BUN_[0-9]|napi_create_function') in
	*_ZN4node5Start*) echo node ;;
	*BUN_*) echo bun ;;
	*napi_*) echo napi ;;
	*) echo - ;;
	esac
}

# inspect PID SIZE: small programs may have Node as a library (Debian, Fedora). A Node that is linked statically shows
# no names; then its own name must do.
inspect() {
	kind=-
	if [ "$2" -lt 4000000 ]; then
		! grep -q -E '/libnode\.so(\.[0-9]+)*( \(deleted\))?$' "/proc/$1/maps" 2>/dev/null || kind=node
		echo "$kind"
		return
	fi
	kind=$(runtime_of_file "/proc/$1/exe") || kind=unknown
	case $kind in
	napi | unknown) ;;
	*)
		echo "$kind"
		return
		;;
	esac
	path=$(readlink "/proc/$1/exe" 2>/dev/null)
	path=${path% (deleted)}
	case $kind-${path##*/} in
	napi-*deno*) echo deno ;;
	unknown-node | unknown-nodejs | unknown-node-[0-9]* | unknown-node[0-9]*) echo node ;;
	*) echo - ;;
	esac
}

# runtime_of PID: as find_runtimes told it, where the program was looked at already.
runtime_of() {
	file=$(stat -L -c '%d:%i:%s' "/proc/$1/exe" 2>/dev/null) || return 1
	kind=''
	[ -z "${work:-}" ] || kind=$(sed -n "s/^$file //p" "$work/runtimes" 2>/dev/null | head -n 1)
	[ -n "$kind" ] || kind=$(inspect "$1" "${file##*:}")
	echo "$kind"
}

# One line `PID RUNTIME` for each process that runs one. Each program is looked at once.
find_runtimes() {
	: >>"$work/runtimes"
	stat -L -c '%n %d:%i:%s' /proc/[0-9]*/exe 2>/dev/null |
		sed 's|^/proc/\([0-9]*\)/exe |\1 |' >"$work/executables"
	for new in $("$awk" '$1 ~ /:/ { known[$1] = 1; next }
		!($2 in known) { known[$2] = 1; print $1 "/" $2 }' "$work/runtimes" "$work/executables"); do
		kind=$(inspect "${new%%/*}" "${new##*:}")
		# One that has ended meanwhile tells nothing; another process of the program may.
		[ ! -e "/proc/${new%%/*}/exe" ] || echo "${new#*/} $kind" >>"$work/runtimes"
	done
	"$awk" '$1 ~ /:/ { runtime[$1] = $2; next }
		$2 in runtime && runtime[$2] != "-" { print $1, runtime[$2] }' "$work/runtimes" "$work/executables"
}
