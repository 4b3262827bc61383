#!/bin/sh
# What the flags that give functions their names do to a process: a log of V8 that never ends, and a map that two
# processes write at once. docs/operations.md, "What the flags cost". A few programs look at all processes together: a
# host may have hundreds.

# awk programs stand in single quotes (SC2016); lists of paths are split on purpose (SC2046, SC2086); the caller sets
# variables (SC2154).
# shellcheck disable=SC2016,SC2046,SC2086,SC2154

flags_awk='@awk/flags.awk@'

# `DEVICE:INODE PATH` for each file that is there.
identities() {
	stat -L -c '%d:%i %n' "$@" 2>/dev/null
}

# `PROGRAM VERSION` of each program once, read and never run (20 ms of CPU): the address of its headers, which is in
# each release of Node, names the version.
node_versions() {
	seen=' '
	while read -r program path; do
		case $seen in
		*" $program "*) continue ;;
		esac
		seen="$seen$program "
		timeout 5 head -c 268435456 "$path" 2>/dev/null | grep -aom1 'node-v[0-9][0-9]*\.[0-9][0-9.]*[0-9]' |
			head -n 1 | sed "s/^node-/$program /"
	done
}

# `PID SINCE LOGFILE`: of the command line and NODE_OPTIONS, whether V8 writes a log, since which version, and where to.
# head names each file before its text.
logging_flags() {
	head -c 131072 "$@" 2>/dev/null | tr '\000' '\n' | "$awk" '
		/^==> \/proc\/[0-9]+\/(cmdline|environ) <==$/ { split($2, part, "/"); pid = part[3]; next }
		/^(NODE_OPTIONS=(.* )?)?--perf[-_]basic[-_]prof[-_]only/ { if (!(pid in since)) since[pid] = 24 }
		/^(NODE_OPTIONS=(.* )?)?--perf[-_]basic[-_]prof( |$)/ { since[pid] = 1 }
		/^--logfile=/ { file[pid] = $0 == "--logfile=+" ? "unlinked" : "own" }
		END { for (pid in since) print pid, since[pid], (pid in file) ? file[pid] : "default" }'
}

# `FD-PATH NAME` for each open file that may be the log. With -q, which BusyBox lacks, no name goes over two lines.
open_logs() {
	# shellcheck disable=SC2012 # of each line only the number and name of the link matter
	ls "-l$(! ls -q / >/dev/null 2>&1 || echo q)" \
		$(printf '/proc/%s/fd ' self $(cut -d ' ' -f 1 "$work/flags.options")) 2>/dev/null | "$awk" '
		/^\/proc\/[0-9]+\/fd:$/ { sub(/:/, "/"); folder = $0 }
		/\/isolate-0x[0-9a-f]*-[0-9]*-[^\/]*$|\/v8\.log$| \/tmp\/[^\/]* \(deleted\)$/ && match($0, /[0-9]+ -> /) {
			print folder substr($0, RSTART, RLENGTH - 4) " " substr($0, RSTART + RLENGTH)
		}'
}

# One line `PID more JSON` for each process of which there is something to say.
note_flags() {
	programs=''
	maps_of=''
	words=''
	while read -r pid inner _; do
		programs="$programs /proc/$pid/exe"
		maps_of="$maps_of /proc/$pid/root/tmp/perf-$inner.map"
		words="$words /proc/$pid/cmdline /proc/$pid/environ"
	done <"$work/known"
	identities $programs >"$work/flags.programs"
	identities $maps_of >"$work/flags.maps"
	node_versions <"$work/flags.programs" >"$work/flags.versions"
	logging_flags $words >"$work/flags.options"
	open_logs >"$work/flags.logs"
	stat -L -c '%s %n' $(sed 's/ .*//' "$work/flags.logs") /dev/null >"$work/flags.sizes" 2>/dev/null
	"$awk" -v clk="$(getconf CLK_TCK)" "$flags_awk" "$work"/flags.versions "$work"/flags.programs "$work"/flags.maps \
		"$work"/flags.options "$work"/flags.sizes "$work"/flags.logs >>"$work/described"
}
