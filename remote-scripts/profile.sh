#!/bin/sh
# Profiles the Node.js processes of this machine with perf and sends the profile back in a compact form.
#
#   profile.sh run   --id ID --seconds N --hz N [--pid LIST] [--match ERE] [--start-at EPOCH_SECONDS]
#                    [--engine auto|perf] [--install-perf] [--out FILE]
#   profile.sh fetch --id ID --offset BYTES
#   profile.sh clean --id ID
#
# Made for SSM Run Command: sent as text, run as root by any POSIX sh, it prints less than 24,000 bytes of ASCII. It
# installs nothing (unless told to), leaves no process behind and removes its files; only the result stays, in a folder
# of mode 0700, for `fetch` until `clean`, or until a later run finds it older than an hour.
#
# stdout: a line of base64 (a part of the gzipped capture, see docs/formats.md; none with --out), then one JSON line.
# stderr: words for people.
# Exit: 0 done | 64 wrong usage | 66 no such result | 69 no process to profile | 70 internal fault | 71 perf missing |
# 72 perf not permitted | 73 disk full | 75 already running | 78 a basic tool is missing | 143 stopped by a signal.
# Never 194 or 168: to the SSM agent they mean "reboot" and "skip the rest".
#
# Environment, for tests and for several instances on one machine: SMOKEJUMPER_DIR is where to keep files,
# SMOKEJUMPER_PATH stands for PATH, SMOKEJUMPER_AWK for awk.

# Programs in awk and sh stand in single quotes (SC2016, SC1003); die does not return, so A && B || die is safe (SC2015);
# traps call functions (SC2317); the names that ls prints here are made of digits (SC2012).
# shellcheck disable=SC1003,SC2012,SC2015,SC2016,SC2317

set -u
umask 077
# Bytes, not characters; no private configuration of perf, and no download of debug symbols.
LC_ALL=C
PERF_CONFIG=/dev/null
DEBUGINFOD_URLS=''
export LC_ALL PERF_CONFIG DEBUGINFOD_URLS
PATH=${SMOKEJUMPER_PATH:-${PATH:-}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH
awk=${SMOKEJUMPER_AWK:-awk}

# The agent cuts stdout at 24,000 bytes: 4/3 x 16,800 + 1,400 for the report line, 4/3 x 17,400 + 600 for a later part.
first_part=16800
next_part=17400
keep_minutes=60
# The most of a map that is copied. V8 writes some 110 bytes a function: this is more than two million functions.
map_limit=268435456
# A start time further away than this is no plan but a wrong clock.
longest_wait=180

see='See the head of profile.sh.'
command=''
id=''
seconds=30
hz=99
pids=''
pids_given=''
match=''
start_at=''
install=''
out=''
offset=''
work=''
perf=''
perf_pid=''
pause_pid=''
scope=system
warnings=''
maps=''
ancestors=''

# ----------------------------------------
# Words

say() {
	printf 'smokejumper: %s\n' "$*" | tr -cd ' -~\n' >&2
}

# Any text as the inside of a JSON string: printable ASCII without quote and backslash, at most 300 characters.
plain() {
	printf '%s' "$1" | tr '\n"\\' " ''" | tr -c ' -~' '?' | cut -c1-300
}

# die EXIT_CODE CODE MESSAGE HINT
die() {
	say "$3 $4"
	printf '{"smokejumper":1,"ok":false,"id":"%s","code":"%s","message":"%s","hint":"%s"}\n' \
		"$(plain "$id")" "$2" "$(plain "$3")" "$(plain "$4")"
	exit "$1"
}

# fault CODE MESSAGE HINT: exit code 70, unless the disk is full. Then that is why, and what should tell could not be written.
fault() {
	# shellcheck disable=SC2046 # the words of df's line are wanted
	set -- "$@" $(df -Pk "$base" | tail -n 1)
	[ "${7:-0}" -ge 256 ] || die 73 DISK_FULL "The disk of $base became full during the capture." 'Free some space there.'
	die 70 "$1" "$2" "$3"
}

warn() {
	say "$1"
	warnings="$warnings${warnings:+,}\"$(plain "$1")\""
}

cleanup() {
	trap '' TERM INT HUP
	for child in $pause_pid $perf_pid; do
		kill "$child" 2>/dev/null
	done
	[ -n "$perf_pid" ] && wait "$perf_pid" 2>/dev/null
	[ -n "$work" ] && rm -rf "$work"
}

# ----------------------------------------
# Arguments and tools

number() {
	case $2 in
	'' | *[!0-9]* | ???????????*) die 64 USAGE "$1 must be a whole number, not '$2'." "$see" ;;
	esac
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || die 64 USAGE "$1 must be $3 to $4, not $2." "$see"
}

arguments() {
	[ $# -gt 0 ] || die 64 USAGE 'No sub-command.' 'Use run, fetch or clean.'
	command=$1
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--install-perf)
			install=yes
			shift
			continue
			;;
		--id | --seconds | --hz | --pid | --match | --start-at | --engine | --out | --offset) ;;
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
		--engine) engine=$2 ;;
		--out) out=$2 ;;
		--offset) offset=$2 ;;
		esac
		shift 2
	done
	case $id in
	'' | *[!A-Za-z0-9._-]* | [!A-Za-z0-9]*) die 64 USAGE 'The id must be letters, digits, dots and dashes.' 'Give --id.' ;;
	esac
	[ ${#id} -le 64 ] || die 64 USAGE 'The id is longer than 64 characters.' 'Give a shorter --id.'
	number --seconds "$seconds" 1 600
	number --hz "$hz" 1 4999
	[ -z "$start_at" ] || number --start-at "$start_at" 1 9999999999
	case ${engine:-auto} in
	auto | perf) ;;
	*) die 64 USAGE "Unknown engine '$engine'." 'Use auto or perf.' ;;
	esac
	case $pids in
	*[!0-9,]*) die 64 USAGE "--pid must be numbers with commas, not '$pids'." 'For example --pid 123,456.' ;;
	esac
	if [ -n "$match" ]; then
		printf '' | grep -Eq -e "$match" 2>/dev/null
		[ $? -lt 2 ] || die 64 USAGE "--match must be an extended regular expression, not '$match'." 'See grep -E.'
	fi
	pids_given=$pids
	pids=$(printf '%s' "$pids" | tr ',' ' ')
}

need_tools() {
	for tool in "$awk" base64 cat cut date dd df find flock getconf grep gzip head id ls mkdir mv nice readlink rm sed \
		sha256sum sleep stat tail timeout tr uname; do
		command -v "$tool" >/dev/null 2>&1 ||
			die 78 MISSING_TOOL "The tool '$tool' is not installed." 'Install coreutils, util-linux, gzip and awk.'
	done
}

# The folder of results: ours alone. In a world-writable parent somebody else may have made it first.
open_base() {
	if [ -n "${SMOKEJUMPER_DIR:-}" ]; then
		base=$SMOKEJUMPER_DIR
	elif [ "$(id -u)" = 0 ]; then
		base=/var/lib/smokejumper
	else
		base=${TMPDIR:-/tmp}/smokejumper-$(id -u)
	fi
	mkdir -p "$base" 2>/dev/null || [ -d "$base" ] ||
		die 73 DISK_FULL "Cannot create the folder $base." 'Free some space there, or check that it is writable.'
	[ ! -L "$base" ] && [ "$(stat -c %u "$base")" = "$(id -u)" ] && chmod 700 "$base" ||
		die 70 UNSAFE_FOLDER "The folder $base does not belong to this user." 'Remove it, or set SMOKEJUMPER_DIR.'
}

# ----------------------------------------
# perf

distribution() {
	[ -r /etc/os-release ] || return 0
	sed -n 's/^ID="\{0,1\}\([a-z0-9]*\).*/\1/p' /etc/os-release | head -n 1
}

install_command() {
	case $(distribution) in
	ubuntu) echo "apt-get update && apt-get install -y linux-tools-common linux-tools-$(uname -r)" ;;
	debian) echo 'apt-get update && apt-get install -y linux-perf' ;;
	alpine) echo 'apk add perf' ;;
	sles | opensuse*) echo 'zypper --non-interactive install perf' ;;
	amzn | rhel | centos | rocky | almalinux | fedora)
		if command -v dnf >/dev/null 2>&1; then echo 'dnf install -y perf'; else echo 'yum install -y perf'; fi
		;;
	*) echo 'the perf package of this distribution' ;;
	esac
}

# Ubuntu's /usr/bin/perf is a wrapper that fails when the tools of the running kernel's exact version are missing; the
# perf of any other version works nearly always.
find_perf() {
	for perf in perf /usr/lib/linux-tools/*/perf /usr/lib/linux-tools-*/perf /usr/lib/linux-*-tools-*/perf; do
		command -v "$perf" >/dev/null 2>&1 && timeout 20 "$perf" version >"$work/version" 2>/dev/null && return 0
	done
	perf=''
	return 1
}

need_perf() {
	find_perf && return 0
	how=$(install_command)
	if [ -n "$install" ]; then
		say "Installing perf: $how"
		timeout 180 sh -c "$how" >"$work/install" 2>&1 </dev/null
		find_perf && return 0
		die 71 PERF_MISSING "perf could not be installed: $(tail -n 1 "$work/install")" "Run on the instance: $how"
	fi
	die 71 PERF_MISSING 'perf is not installed, or not for the running kernel.' "Run on the instance: $how"
}

# Always the same event, so that two machines agree: without performance counters (most small instances) `cycles`
# silently becomes `cpu-clock`. CLOCK_BOOTTIME is the clock of /proc/uptime, by which everything else is noted. Without
# -B and -N perf would copy every program that it sees into ~/.debug.
try_record() {
	# shellcheck disable=SC2086 # the options are words
	timeout 20 "$perf" record $record_options -o "$work/trial" "$@" -- true >"$work/trial.err" 2>&1 </dev/null &&
		[ -s "$work/trial" ]
}

# A trial, because only that shows what the kernel permits. System-wide first: `perf record -p` spins on whole CPUs as
# soon as one attached thread ends.
choose_scope() {
	record_options="-q -B -N -e cpu-clock -F $hz -g -k CLOCK_BOOTTIME"
	"$perf" record -h >"$work/help" 2>&1
	grep -q max-size "$work/help" && record_options="$record_options --max-size=${record_kb}K"
	try_record -a && return 0
	if try_record -p "$(comma_list)"; then
		scope=pids
		warn "System-wide recording is not permitted: only the chosen processes are recorded, none that start later."
		return 0
	fi
	# perf goes on for a page about settings; what happened is its first line, after a lone `Error:`.
	reason=$(grep -v -e '^Error:$' -e '^[[:space:]]*$' "$work/trial.err" | head -n 1)
	paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null)
	die 72 PERF_NOT_PERMITTED "perf may not record here (perf_event_paranoid ${paranoid:-unknown}): $reason" \
		'Run as root on the host, or give the container CAP_PERFMON.'
}

# ----------------------------------------
# Processes

comma_list() {
	echo "$pids" | tr -s ' ' ',' | sed 's/^,//; s/,$//'
}

# Whoever started this script, `smokejumper capture` above all, is not what is to be profiled.
find_ancestors() {
	ancestors=' '
	ancestor=$$
	while [ "${ancestor:-0}" -gt 1 ]; do
		ancestors="$ancestors$ancestor "
		ancestor=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$ancestor/status" 2>/dev/null)
	done
}

# By the program that runs, not by its name, which `process.title` changes: /proc/PID/exe -> .../node or .../node (deleted).
node_pids() {
	for found in $(ls -l /proc/[0-9]*/exe 2>/dev/null |
		sed -n 's|^.* /proc/\([0-9]*\)/exe -> .*/node\(js\)\{0,1\}\( (deleted)\)\{0,1\}$|\1|p'); do
		case $ancestors in
		*" $found "*) continue ;;
		esac
		if [ -n "$match" ]; then
			tr '\000' ' ' 2>/dev/null <"/proc/$found/cmdline" | grep -Eq -e "$match" || continue
		fi
		echo "$found"
	done
}

choose_pids() {
	if [ -n "$pids_given" ]; then
		alive=''
		for pid in $pids; do
			if [ -d "/proc/$pid" ]; then alive="$alive $pid"; else warn "There is no process $pid."; fi
		done
		pids=$alive
		[ -n "$pids" ] || die 69 NO_SUCH_PROCESS "None of the processes $pids_given runs." 'Check the pid.'
	else
		pids=$(node_pids | tr '\n' ' ')
		[ -n "$pids" ] || die 69 NO_NODE_PROCESS "No Node.js process${match:+ that matches '$match'} runs on this machine." \
			'Profiled are programs named node or nodejs; give --pid for any other.'
	fi
	for pid in $pids; do know_process "$pid"; done
}

# Where the process writes its map: its own /tmp, under the pid that it sees itself.
know_process() {
	inner=$(sed -n 's/^NSpid:.*[[:space:]]\([0-9][0-9]*\)$/\1/p' "/proc/$1/status" 2>/dev/null)
	owner=$(sed -n 's/^Uid:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	space=$(readlink "/proc/$1/ns/mnt" 2>/dev/null)
	echo "$1 ${inner:-$1} ${owner:-0} ${space:--}" >>"$work/known"
	maps="$maps /proc/$1/root/tmp/perf-${inner:-$1}.map"
	describe_process "$1" >>"$work/described"
}

# One line `PID key text` for each fact. Of the command line only the script's name is kept: arguments may be secret.
describe_process() {
	title=$(tr '\000\n' '\n?' 2>/dev/null <"/proc/$1/cmdline" | head -n 40 | "$awk" '
		NR == 1 && $0 !~ /(^|\/)node(js)?$/ { name = $0; exit }
		NR > 1 && skip { skip = 0; next }
		NR > 1 && /^(-r|--require|--import|--loader|--experimental-loader|-C)$/ { skip = 1; next }
		NR > 1 && /^-(e|p|pe|-eval|-print)$/ { name = "node " $0; exit }
		NR > 1 && !/^-/ && $0 != "" { sub(/.*\//, ""); name = $0; exit }
		END { print substr(name == "" ? "node" : name, 1, 64) }')
	printf '%s title %s\n' "$1" "$(plain "$title")"
	printf '%s exe %s\n' "$1" "$(plain "$(readlink "/proc/$1/exe" 2>/dev/null)")"
	printf '%s container %s\n' "$1" \
		"$(sed -n 's/.*[^0-9a-f]\([0-9a-f]\{64\}\).*/\1/p' "/proc/$1/cgroup" 2>/dev/null | head -n 1 | cut -c1-12)"
}

# ----------------------------------------
# The state of the machine, noted before, once a second during, and after the recording

tick_awk='
BEGIN {
	print "T", up
	if ((getline line < "/proc/loadavg") > 0) print "L", line
	while ((getline line < "/proc/stat") > 0) if (line ~ /^cpu /) print "C", line
	for (i = 1; i < ARGC; i++) {
		file = ARGV[i] "/stat"; text = ""
		while ((getline line < file) > 0) text = text (text == "" ? "" : "?") line
		close(file)
		# The name stands in brackets and may hold anything, brackets and line ends too: look from the right.
		if (!match(text, /.*\) /)) continue
		name = substr(text, 1, RLENGTH - 2); pid = text + 0
		split(substr(text, RLENGTH + 1), f, " ")
		sub(/^[0-9]+ \(/, "", name); gsub(/[[:cntrl:]]/, "?", name)
		print "P", pid, f[12] + f[13], f[20], name
	}
}'

tick() {
	read -r up _ </proc/uptime
	if [ -z "$pids_given" ] && [ "$scope" = system ]; then
		for pid in $(node_pids); do
			case " $pids " in
			*" $pid "*) continue ;;
			esac
			pids="$pids $pid"
			know_process "$pid"
		done
	fi
	"$awk" -v up="$up" "$tick_awk" /proc/[0-9]* >>"$work/ticks" 2>/dev/null
	# ls prints mode, links, uid, gid, size, ..., path. The list of paths is made above, of nothing but digits.
	# shellcheck disable=SC2086
	ls -ln $maps 2>/dev/null | "$awk" -v up="$up" '/^-/ { split($NF, p, "/"); print "M", up, p[3], $5 }' >>"$work/ticks"
}

pause() {
	sleep "$1" &
	pause_pid=$!
	wait "$pause_pid"
	pause_pid=''
}

# ----------------------------------------
# From perf's text to the capture form

# Counts every recorded sample by process, before anything is left out. The name may hold anything (15 bytes): it is
# taken from the right, and is too short to forge what must follow it.
census_awk='
/PERF_RECORD_LOST/ && match($0, /lost [0-9]+ *$/) { lost += substr($0, RSTART + 5); next }
match($0, /-?[0-9]+\/-?[0-9]+ +[0-9]+\.[0-9]+: +cpu-clock[^ ]*: *$/) {
	name = part substr($0, 1, RSTART - 1); part = ""
	n = split(substr($0, RSTART), f, " "); split(f[1], ids, "/"); at = f[2] + 0
	if (!total++ || at < first) first = at
	if (at > last) last = at
	if (!((ids[1], ids[2]) in seen)) {
		sub(/^ +/, "", name); sub(/ +$/, "", name); gsub(/[[:cntrl:]]/, "?", name)
		seen[ids[1], ids[2]] = 1; thread[++threads] = ids[1] " " ids[2] " " name
	}
	if (!(ids[1] in count)) pid[++pids] = ids[1]
	count[ids[1]]++
	next
}
{ part = substr(part $0, 1, 64) "?" }
END {
	printf "total %d\nlost %d\nfirst %.6f\nlast %.6f\n", total, lost, first, last
	for (i = 1; i <= pids; i++) print "pid", pid[i], count[pid[i]]
	for (i = 1; i <= threads; i++) print "tid", thread[i]
}'

# Stacks -> frames, tree, samples. Reads `procs` (index pid map base size), `census` (names of threads), `ticks` (sizes of the
# maps) and, on stdin, the text of perf script. Fast because a line that was seen before costs one look-up.
reduce_awk='
BEGIN {
	for (i = 0; i < 40; i++) { LAST[i] = sprintf("%c", 47 + i); MORE[i] = sprintf("%c", 87 + i) }
	for (i = 0; i < 16; i++) HEX[substr("0123456789abcdef", i + 1, 1)] = i
	while ((getline line < procs) > 0) {
		split(line, w, " "); process[w[2]] = w[1]; MAP[w[1]] = w[3]; BASE[w[1]] = w[4]; ENDS[w[1]] = w[4] + w[5]
		nprocs = w[1] + 1
	}
	while ((getline line < ticks) > 0) if (line ~ /^M /) {
		split(line, w, " ")
		if (w[3] in process) { p = process[w[3]]; NOTED[p, ++NOTES[p]] = (w[2] - start) / bin; SIZE[p, NOTES[p]] = w[4] }
	}
	while ((getline line < census) > 0) if (line ~ /^tid /) {
		split(line, w, " "); name = line; sub(/^tid [^ ]+ [^ ]+ ?/, "", name); NAME[w[2], w[3]] = name
	}
}
# Bijective base 40: the last digit is one of / to V, those before it are W to ~.
function num(n,   m, s) {
	if (n < 40) return LAST[n]
	if (n in NUM) return NUM[n]
	s = LAST[n % 40]; m = int(n / 40)
	while (m > 0) { m--; s = MORE[m % 40] s; m = int(m / 40) }
	return NUM[n] = s
}
# Numbers below n take the fewest digits, of the smallest base, that hold them all: gzip likes that.
function range(kind, n,   w, b, v, i) {
	v = 1; do { w++; v *= 80 } while (v < n)
	do { b++; v = 1; for (i = 0; i < w; i++) v *= b } while (v < n)
	WIDTH[kind] = w; RADIX[kind] = b
}
function fixed(kind, n,   i, s, m) {
	if ((kind, n) in FIXED) return FIXED[kind, n]
	m = n
	for (i = WIDTH[kind]; i > 0; i--) { s = sprintf("%c", 47 + m % RADIX[kind]) s; m = int(m / RADIX[kind]) }
	return FIXED[kind, n] = s
}
function hex(s,   i, v, n) {
	n = length(s); v = 0
	for (i = 1; i <= n; i++) v = v * 16 + HEX[substr(s, i, 1)]
	return v
}
# The page before, as text.
function hexdec(s,   i, c) {
	for (i = length(s); i > 0; i--) {
		c = HEX[substr(s, i, 1)]
		if (c > 0) return substr(s, 1, i - 1) substr("0123456789abcdef", c, 1) substr(s, i + 1)
		s = substr(s, 1, i - 1) "f" substr(s, i + 1)
	}
	return s
}
# A frame line seen for the first time: TAB address symbol (module). The module is in the last balanced brackets.
function learn(line,   s, p, ip, rest, i, c, depth, sym, dso) {
	s = substr(line, 2); sub(/^ +/, "", s); p = index(s, " "); ip = substr(s, 1, p - 1); rest = substr(s, p + 1)
	if (ip !~ /^[0-9a-f]+$/) { bad++; return F[line] = 0 }
	if (rest in R) return F[line] = R[rest]
	sym = rest; dso = "[unknown]"
	if (match(rest, /\([^()]*\)$/)) { dso = substr(rest, RSTART + 1, RLENGTH - 2); sym = substr(rest, 1, RSTART - 1) }
	else if (rest ~ /\)$/) for (i = length(rest); i > 0; i--) {
		c = substr(rest, i, 1)
		if (c == ")") depth++
		else if (c == "(" && --depth == 0) {
			dso = substr(rest, i + 1, length(rest) - i - 1); sym = substr(rest, 1, i - 1); break
		}
	}
	sub(/ +$/, "", sym); gsub(/[[:cntrl:]]/, "?", sym); gsub(/[[:cntrl:]]/, "?", dso)
	if (length(sym) > 300) sym = substr(sym, 1, 297) "..."
	if (sym == "") sym = "[unknown]"
	if (dso ~ /^\/tmp\/perf-[0-9]+\.map$/ || dso == "//anon" || dso == "[anon]" ||
	    (dso == "[unknown]" && length(ip) > 8 && length(ip) < 13)) {
		IP[line] = ip; SYM[line] = sym; DSO[line] = dso
		return F[line] = -1
	}
	MOD[++raw] = dso; SYM[raw] = sym
	return F[line] = R[rest] = raw
}
# Code made at run time: the same address is another function in another process.
function jit(line,   r) {
	if ((now, line) in J) return J[now, line]
	r = J[now, line] = ++raw
	PROC[r] = now; IP[r] = IP[line]; SYM[r] = SYM[line]; MOD[r] = DSO[line]
	return r
}
function close_sample(   i, node, c) {
	open = 0
	for (i = depth; i > 0; i--) {
		c = CHILD[node + 0, stack[i]]
		if (c == "") { c = CHILD[node + 0, stack[i]] = ++nodes; PARENT[c] = node + 0; FRAME[c] = stack[i] }
		node = c
	}
	NODE[++samples] = node + 0; THREAD[samples] = thread; BIN[samples] = at
	if (at >= bins) bins = at + 1
	if (period != usual) PERIOD[samples] = period
}
function add_frame(line,   f) {
	f = (line in F) ? F[line] : learn(line)
	if (f < 0) f = jit(line)
	if (f) stack[++depth] = f
}
open && ($0 in F) {
	if ((f = F[$0]) < 0) f = jit($0)
	if (f) stack[++depth] = f
	next
}
/^$/ { if (open) close_sample(); next }
/^\t/ { if (open) add_frame($0); next }
match($0, /^ *[0-9]+\/[0-9]+ +[0-9]+\.[0-9]+: +[0-9]+ */) {
	if (open) close_sample()
	split($1, ids, "/"); depth = 0; open = ids[1] in process
	if (!open) { strange++; next }
	now = process[ids[1]]; period = $3 + 0; if (!usual) usual = period
	if (!(($1) in TID)) { TID[$1] = threads++; OF[TID[$1]] = now; PIDOF[TID[$1]] = ids[1]; WHO[TID[$1]] = ids[2] }
	thread = TID[$1]; at = int(($2 - start) / bin + 0.00001)
	if (at < latest[thread] + 0) at = latest[thread]
	latest[thread] = at
	# Without a stack perf writes the only frame on the same line.
	if (RLENGTH < length($0)) add_frame("\t" substr($0, RLENGTH + 1))
	next
}
{ bad++ }

# Every map entry that covers a sampled address, oldest first. Only lines near a sampled page are looked at closely.
function read_map(p,   r, i, k, page, near, bucket, file, at, line, s, z, a, zl, from, to, last, n, ids, name) {
	for (r = 1; r <= raw; r++) if ((r in PROC) && PROC[r] == p) {
		limits(r, p); VALUE[r] = hex(IP[r]); page = int(VALUE[r] / 4096); s = substr(IP[r], 1, length(IP[r]) - 3)
		bucket[page] = bucket[page] " " r; near[s] = near[hexdec(s)] = 1; n++
	}
	if (!n || MAP[p] == "-") return
	file = MAP[p]; at = BASE[p]
	while ((getline line < file) > 0) {
		i = at; at += length(line) + 1
		if (at > ENDS[p]) break # torn: no line end yet
		a = index(line, " "); s = substr(line, 1, a - 1)
		if (substr(s, 1, 1) == "0") sub(/^0[xX]?0*/, "", s)
		line = substr(line, a + 1); k = index(line, " "); z = substr(line, 1, k - 1)
		if (substr(z, 1, 1) == "0") sub(/^0[xX]?0*/, "", z)
		zl = length(z)
		if (zl < 4 && !(substr(s, 1, length(s) - 3) in near)) continue
		# No code is as large as 16 MiB; such entries are forged or torn.
		if (zl > 6 || !zl || a < 2 || length(s) > 13 || tolower(s z) !~ /^[0-9a-f]+$/) continue
		from = hex(tolower(s)); to = from + hex(tolower(z)); last = int((to - 1) / 4096)
		for (page = int(from / 4096); page <= last; page++) if (page in bucket) {
			n = split(bucket[page], ids, " ")
			for (a = 1; a <= n; a++) if (VALUE[ids[a]] >= from && VALUE[ids[a]] < to) {
				name = substr(line, k + 1); gsub(/[[:cntrl:]]/, "?", name)
				cover(ids[a], i, name)
			}
		}
	}
	close(file)
}
# How large the map was when the address was first and last sampled, as far as it was noted.
function limits(r, p,   k) {
	LOW[r] = 0; HIGH[r] = 4294967296
	for (k = 1; k <= NOTES[p] && NOTED[p, k] < FIRST[r] - 0.1; k++) LOW[r] = SIZE[p, k]
	for (k = NOTES[p]; k > 0 && NOTED[p, k] > FINAL[r] + 1.1; k--) HIGH[r] = SIZE[p, k]
}
# Of the entries that surely existed at the first sample only the newest can be right, and none that came after the last;
# equal names in a row are one.
function cover(r, offset, name) {
	if (offset >= HIGH[r]) return
	if (offset < LOW[r]) { HITS[r] = 1; HIT[r, 1] = name; HITAT[r, 1] = 0; return }
	if (HITS[r] && HIT[r, HITS[r]] == name) return
	HITS[r]++; HIT[r, HITS[r]] = name; HITAT[r, HITS[r]] = offset
}
function entry(mod, text,   key) {
	key = mod "\001" text
	if (!(key in ENTRY)) { ENTRY[key] = ++entries; KEY[entries] = key; ENTRYMOD[entries] = mod; TEXT[entries] = text }
	return ENTRY[key]
}
# Final frames: ENTRY for what is certain, WIDE for what depends on the time of the sample.
function settle(r,   k, key, only) {
	if (!(r in PROC)) return entry(MOD[r], "." SYM[r])
	if (!HITS[r]) return MOD[r] == "[unknown]" ? entry(MOD[r], "." SYM[r]) : entry("[JIT]", "?" SYM[r])
	only = HIT[r, 1]
	if (HITS[r] == 1 && HITAT[r, 1] < LOW[r]) return entry("[JIT]", (only == SYM[r] ? "=" : "~") only)
	key = PROC[r] " " entry("[JIT]", ":" SYM[r])
	for (k = 1; k <= HITS[r]; k++) key = key " " sprintf("%d", HITAT[r, k]) ":" entry("[JIT]", ":" HIT[r, k])
	if (!(key in WIDE)) { WIDE[key] = ++wides; WIDEKEY[wides] = key }
	return -WIDE[key]
}
function sort_entries(   width, low, mid, high, i, j, k) {
	for (i = 1; i <= entries; i++) ORDER[i] = i
	for (width = 1; width < entries; width *= 2) {
		for (low = 1; low <= entries; low += 2 * width) {
			mid = low + width; high = mid + width; if (mid > entries + 1) mid = entries + 1
			if (high > entries + 1) high = entries + 1
			i = low; j = mid
			for (k = low; k < high; k++)
				SPARE[k] = (i < mid && (j >= high || KEY[ORDER[i]] <= KEY[ORDER[j]])) ? ORDER[i++] : ORDER[j++]
		}
		for (k = 1; k <= entries; k++) ORDER[k] = SPARE[k]
	}
	for (k = 1; k <= entries; k++) PLACE[ORDER[k]] = k - 1
}
function write_frames(   k, mod, n, f, i, c) {
	print "frames", entries + wides
	for (k = 1; k <= entries; k++) {
		if (ENTRYMOD[ORDER[k]] != mod) { mod = ENTRYMOD[ORDER[k]]; print "@" mod }
		print TEXT[ORDER[k]]
	}
	for (k = 1; k <= wides; k++) {
		n = split(WIDEKEY[k], f, " "); printf "*%d %d", f[1], PLACE[f[2]]
		for (i = 3; i <= n; i++) { split(f[i], c, ":"); printf " %s:%d", c[1], PLACE[c[2]] }
		print ""
	}
}
# Busy threads first, so that their numbers are short. Stable.
function sort_threads(   t, k, of) {
	for (t = 0; t < threads; t++) {
		for (k = t; k > 0 && USED[t] > USED[QUEUE[k - 1]]; k--) QUEUE[k] = QUEUE[k - 1]
		QUEUE[k] = t
	}
	print "threads", threads + 0
	for (k = 0; k < threads; k++) {
		t = QUEUE[k]; RANK[t] = k
		print OF[t], WHO[t], NAME[PIDOF[t], WHO[t]]
	}
}
function put(k, text) {
	CHUNK[k] = CHUNK[k] text
	if (length(CHUNK[k]) > 1000) { LINE[k, CHUNKS[k]++] = CHUNK[k]; CHUNK[k] = "" }
}
# The samples of a node, by thread and time: how many, whose, when.
function put_samples(node,   i, k, t, n) {
	for (i = 2; i <= USERS[node]; i++) {
		t = USER[node, i]
		for (k = i; k > 1 && RANK[USER[node, k - 1]] > RANK[t]; k--) USER[node, k] = USER[node, k - 1]
		USER[node, k] = t
	}
	for (i = 1; i <= USERS[node]; i++) {
		t = USER[node, i]; n += OFTEN[node, t]; put(3, TIMES[node, t])
		for (k = 0; k < OFTEN[node, t]; k++) put(2, fixed("thread", RANK[t]))
	}
	put(1, num(n - 1))
}
function write_tree(   node, up) {
	print "tree", merged + 0
	if (USERS[0]) { printf "."; put_samples(0) }
	node = KID[0]; up = 0
	while (node) {
		for (; up > 13; up -= 13) printf "-"
		printf "%s%s%s", (up ? sprintf("%c", 32 + up) : ""), fixed("frame", KIND[node]), (USERS[node] && KID[node] ? "." : "")
		if (USERS[node]) put_samples(node)
		up = 0
		if (KID[node]) { node = KID[node]; continue }
		up = 1
		while (node && !NEXT[node]) { node = OVER[node]; up++ }
		node = node ? NEXT[node] : 0
	}
	print ""
}
END {
	if (open) close_sample()
	# When each frame was first and last seen: children come after their parents.
	for (i = 1; i <= samples; i++) { n = NODE[i]; if (!(n in BEGAN)) BEGAN[n] = BIN[i]; ENDED[n] = BIN[i] }
	for (n = nodes; n > 0; n--) {
		f = FRAME[n]; p = PARENT[n]
		if (!(p in BEGAN) || BEGAN[n] < BEGAN[p]) BEGAN[p] = BEGAN[n]
		if (!(p in ENDED) || ENDED[n] > ENDED[p]) ENDED[p] = ENDED[n]
		if (!(f in FIRST) || BEGAN[n] < FIRST[f]) FIRST[f] = BEGAN[n]
		if (!(f in FINAL) || ENDED[n] > FINAL[f]) FINAL[f] = ENDED[n]
	}
	for (p = 0; p < nprocs; p++) read_map(p)
	for (r = 1; r <= raw; r++) SETTLED[r] = settle(r)
	sort_entries(); write_frames()
	# Equal frames become one, and so do the nodes that differed in nothing but an address.
	for (n = 1; n <= nodes; n++) {
		f = SETTLED[FRAME[n]]; f = f < 0 ? entries - f - 1 : PLACE[f]; parent = SAME[PARENT[n]] + 0
		if (!((parent, f) in MERGED)) { MERGED[parent, f] = ++merged; KIND[merged] = f; OVER[merged] = parent }
		SAME[n] = MERGED[parent, f]
	}
	# Children in the order of their frames: pushed to the front of the list of the parent, last frame first.
	for (n = 1; n <= merged; n++) { LINK[n] = HEAD[KIND[n]]; HEAD[KIND[n]] = n }
	for (f = entries + wides - 1; f >= 0; f--) for (n = HEAD[f]; n; n = LINK[n]) {
		NEXT[n] = KID[OVER[n]]; KID[OVER[n]] = n
	}
	range("frame", entries + wides); range("thread", threads); range("bin", bins)
	for (i = 1; i <= samples; i++) {
		n = SAME[NODE[i]] + 0; t = THREAD[i]; USED[t]++
		if (!OFTEN[n, t]++) USER[n, ++USERS[n]] = t
		TIMES[n, t] = TIMES[n, t] ((i in PERIOD) ? "#" num(PERIOD[i]) : "") fixed("bin", BIN[i])
	}
	sort_threads(); write_tree()
	print "bins", bins + 0
	print "samples", samples + 0
	for (k = 1; k <= 3; k++) {
		for (i = 0; i < CHUNKS[k]; i++) printf "%s", LINE[k, i]
		print CHUNK[k]
	}
	printf "drawn %d\nbad %d\nstrange %d\nperiod %.0f\nframes %d\nnodes %d\n", samples, bad, strange, usual, \
		entries + wides, merged >trailer
}'

# The JSON line of facts. CPU times are cumulative: what they were at the first and the last moment of the recording is
# interpolated between the notes taken each second.
facts_awk='
function text(s) { gsub(/[[:cntrl:]]/, "?", s); gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
function between(before, vb, after, va, x) {
	if (x <= before || after <= before) return vb
	if (x >= after) return va
	return vb + (va - vb) * (x - before) / (after - before)
}
# A cumulative value at the two ends of the window.
function follow(k, value) {
	if (!(k in PREV)) { PREV[k] = value; WHEN[k] = now; FROM[k] = value }
	if (WHEN[k] <= start) FROM[k] = between(WHEN[k], PREV[k], now, value, start)
	if (WHEN[k] <= stop) TO[k] = between(WHEN[k], PREV[k], now, value, stop)
	PREV[k] = value; WHEN[k] = now
}
function sizes(pid,   s, k, n) {
	n = SIZES[pid]
	for (k = 1; k <= n; k++)
		if (k == 1 || k == n || SIZE[pid, k] != SIZE[pid, k - 1] || SIZE[pid, k] != SIZE[pid, k + 1])
			s = s (s == "" ? "" : ",") sprintf("[%.0f,%.0f]", (SIZEAT[pid, k] - start) * 1000, SIZE[pid, k])
	return "[" s "]"
}
FILENAME == census && $1 == "total" { total = $2; next }
FILENAME == census && $1 == "lost" { lost = $2; next }
FILENAME == census && $1 == "first" { start = $2; next }
FILENAME == census && $1 == "last" { stop = start + seconds; if ($2 > stop) stop = $2; if (cut) stop = $2; next }
FILENAME == census && $1 == "pid" { counted[$2] = $3; order[++pids] = $2; next }
FILENAME == census { next }
FILENAME == described { pid = $1; key = $2; sub(/^[^ ]+ [^ ]+ ?/, ""); ABOUT[pid, key] = $0; next }
FILENAME == states { STATE[$1] = $2; profiled[$1] = 1; list[++processes] = $1; next }
FILENAME == trailer { TRAILER[$1] = $2; next }
$1 == "T" { now = $2 + 0; notes++; next }
$1 == "L" { load = $2; split($5, f, "/"); queue += f[1] > 1 ? f[1] - 1 : 0; next }
$1 == "C" {
	follow("user", $3 + $4); follow("system", $5 + $8 + $9); follow("idle", $6); follow("iowait", $7); follow("steal", $10)
	next
}
$1 == "M" { SIZE[$3, ++SIZES[$3]] = $4; SIZEAT[$3, SIZES[$3]] = $2; next }
$1 == "P" {
	k = $2 "." $4
	if (!(k in PREV) && notes > 1) { PREV[k] = FROM[k] = 0; WHEN[k] = $4 / clk; BORN[k] = 1 }
	if (!(k in PIDOF)) { PIDOF[k] = $2; LATEST[$2] = k; all[++procs] = k }
	name = $0; sub(/^P [^ ]+ [^ ]+ [^ ]+ ?/, "", name); COMM[k] = name
	follow(k, $3); SEEN[k] = notes; next
}
END {
	printf "{\"id\":%s,\"event\":\"cpu-clock\",\"hz\":%d,\"seconds\":%.3f,\"startedAtMs\":%.0f,\"binMs\":20", \
		text(id), hz, stop - start, (epoch + start) * 1000
	printf ",\"period\":%s,\"scope\":%s,\"host\":%s,\"kernel\":%s,\"perf\":%s,\"cpus\":%d", \
		(TRAILER["period"] > 0 ? TRAILER["period"] : "null"), text(scope), text(host), text(kernel), text(version), cpus
	printf ",\"hostCpu\":{\"user\":%.2f,\"system\":%.2f,\"iowait\":%.2f,\"steal\":%.2f,\"idle\":%.2f}", \
		(TO["user"] - FROM["user"]) / clk, (TO["system"] - FROM["system"]) / clk, (TO["iowait"] - FROM["iowait"]) / clk, \
		(TO["steal"] - FROM["steal"]) / clk, (TO["idle"] - FROM["idle"]) / clk
	printf ",\"load1\":%.2f,\"runQueue\":%.2f", load, notes ? queue / notes : 0
	printf ",\"processes\":["
	for (i = 1; i <= processes; i++) {
		pid = list[i]; k = LATEST[pid]; exe = ABOUT[pid, "exe"]
		state = STATE[pid]; if (state == "none" && exe !~ /\/node(js)?( \(deleted\))?$/) state = ""
		printf "%s{\"pid\":%d,\"name\":%s,\"exe\":%s,\"container\":%s", (i > 1 ? "," : ""), pid, text(ABOUT[pid, "title"]), \
			text(exe), ABOUT[pid, "container"] == "" ? "null" : text(ABOUT[pid, "container"])
		printf ",\"cpuSeconds\":%s,\"partial\":%s,\"perfMap\":%s,\"mapSizes\":%s}", \
			k == "" ? "null" : sprintf("%.2f", ((k in TO ? TO[k] : PREV[k]) - FROM[k]) / clk), \
			(k == "" || SEEN[k] < notes || (BORN[k] && WHEN[k] > start)) ? "true" : "false", \
			state == "" ? "null" : text(state), sizes(pid)
	}
	printf "],\"otherProcesses\":["
	for (n = 0; n < 8; n++) {
		best = 0.05 * clk; top = ""
		for (i = 1; i <= procs; i++) {
			k = all[i]; used = (k in TO ? TO[k] : PREV[k]) - FROM[k]
			if (used > best && !(PIDOF[k] in profiled) && !(k in named) && PIDOF[k] != own) { best = used; top = k }
		}
		if (top == "") break
		named[top] = 1
		printf "%s{\"pid\":%d,\"name\":%s,\"cpuSeconds\":%.2f}", n ? "," : "", PIDOF[top], text(COMM[top]), best / clk
	}
	for (i = 1; i <= pids; i++) {
		if (order[i] in profiled) mine += counted[order[i]]
		else if (order[i] == 0) idle += counted[order[i]]
		else others += counted[order[i]]
	}
	printf "],\"ledger\":{\"recorded\":%d,\"drawn\":%d,\"filtered\":{", total, TRAILER["drawn"]
	comma = ""
	if (idle) { printf "%s:%d", text(zero), idle; comma = "," }
	if (others) { printf "%s\"other process\":%d", comma, others; comma = "," }
	if (mine - TRAILER["drawn"] > 0) printf "%s\"malformed\":%d", comma, mine - TRAILER["drawn"]
	printf "},\"lost\":%d},\"warnings\":[%s]}\n", lost, warnings
	printf "\"recorded\":%d,\"drawn\":%d,\"lost\":%d,\"seconds\":%.3f,\"startedAtMs\":%.0f,\"processes\":%d,\"frames\":%d,\"nodes\":%d\n", \
		total, TRAILER["drawn"], lost, stop - start, (epoch + start) * 1000, processes, TRAILER["frames"], \
		TRAILER["nodes"] >summary
}'

# Run in a shell of its own under a timeout: PATH OWNER TO LIMIT. We are root and /tmp is everybody's: what was opened
# must be the very file at that path, no link, no pipe, and belong to the process's user or to root.
copy_map_sh='
exec 8<"$1" || exit 1
[ ! -L "$1" ] && [ ! -L "${1%/*}" ] || exit 1
[ "$(stat -L -c %d:%i /proc/self/fd/8)" = "$(stat -c %d:%i "$1")" ] || exit 1
[ "$(stat -L -c %f /proc/self/fd/8 | cut -c1)" = 8 ] || exit 1
owner=$(stat -L -c %u /proc/self/fd/8)
[ "$owner" = 0 ] || [ "$owner" = "$2" ] || exit 1
size=$(stat -L -c %s /proc/self/fd/8)
if [ "$size" -le "$4" ]; then
	head -c "$size" <&8
else
	echo $((size - $4)) >"$3.base"
	tail -c "$4" <&8
fi | tr "\000" "?" >"$3"'

# Copies each map while its process still lives, and lists the processes for the reducer.
copy_maps() {
	index=0
	while read -r pid inner owner space; do
		map=/proc/$pid/root/tmp/perf-$inner.map
		# The map outlives its process, but the way through /proc does not.
		[ -d "/proc/$pid" ] || [ "$space" != "$(readlink /proc/self/ns/mnt)" ] || map=/tmp/perf-$inner.map
		copy=$work/map.$index
		if [ ! -e "$map" ] && [ ! -L "$map" ]; then
			state=none
		elif [ -f "$map" ] && [ ! -L "$map" ] &&
			timeout 60 sh -c "$copy_map_sh" sh "$map" "$owner" "$copy" "$map_limit" 2>/dev/null; then
			state=ok
			[ ! -f "$copy.base" ] || state=truncated
		else
			state=unreadable
		fi
		echo "$pid $state" >>"$work/states"
		base_at=0
		[ "$state" != truncated ] || read -r base_at <"$copy.base"
		case $state in
		ok | truncated) echo "$index $pid $copy $base_at $(stat -c %s "$copy")" ;;
		*) echo "$index $pid - 0 0" ;;
		esac >>"$work/procs"
		index=$((index + 1))
	done <"$work/known"
}

# ----------------------------------------
# The recording

wait_for_start() {
	[ -n "$start_at" ] || return 0
	left=$("$awk" -v at="$start_at" -v now="$(clock)" 'BEGIN { printf "%.2f", at - now }')
	case $left in
	-[01].* | 0.00) ;;
	-*) warn "The recording began ${left#-} s after the planned second." ;;
	*)
		if [ "${left%.*}" -gt "$longest_wait" ]; then
			warn "The planned second is $left s away: this machine's clock is wrong; recording at once."
		else
			pause "$left"
		fi
		;;
	esac
}

# Seconds since 1970, with a fraction where `date` has one.
clock() {
	date +%s.%N | sed 's/[^0-9]*$//'
}

# What the kernel may write at most: a sample takes 350 bytes with 30 frames, 1.1 KB with 127.
plan_disk() {
	cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
	record_kb=$((hz * cpus * (seconds + 2) + 16384))
	[ "$record_kb" -lt 524288 ] || record_kb=524288
	# shellcheck disable=SC2046 # the words of df's line are wanted
	set -- $(df -Pk "$base" | tail -n 1)
	[ "${4:-0}" -ge $((record_kb / 2 + 16384)) ] ||
		die 73 DISK_FULL "Only ${4:-0} KB are free in $base; $((record_kb / 2 + 16384)) KB are needed." 'Free some space.'
}

record() {
	if [ "$scope" = system ]; then set -- -a; else set -- -p "$(comma_list)"; fi
	epoch=$("$awk" -v now="$(clock)" 'BEGIN { getline up < "/proc/uptime"; printf "%.3f", now - up }')
	tick
	# shellcheck disable=SC2086 # the options are words
	nice -n 19 "$perf" record $record_options -o "$work/perf.data" "$@" -- sleep "$seconds" >"$work/record.err" 2>&1 \
		</dev/null &
	perf_pid=$!
	began=${up%.*}
	while kill -0 "$perf_pid" 2>/dev/null && [ $((${up%.*} - began)) -lt "$seconds" ]; do
		pause 1
		tick
	done
	# perf needs a moment to write its file, more of it on a machine that burns.
	polls=0
	while kill -0 "$perf_pid" 2>/dev/null; do
		pause 0.2
		polls=$((polls + 1))
		[ "$polls" -ne 300 ] || kill -INT "$perf_pid" 2>/dev/null
		[ "$polls" -ne 350 ] || kill -KILL "$perf_pid" 2>/dev/null
	done
	wait "$perf_pid"
	status=$?
	own=$perf_pid
	perf_pid=''
	tick
	[ -s "$work/perf.data" ] && [ "$status" -eq 0 ] ||
		fault RECORD_FAILED "perf record ended with $status: $(tail -n 1 "$work/record.err")" 'Try again.'
	cut=0
	if [ "$(($(stat -c %s "$work/perf.data") / 1024))" -ge "$record_kb" ]; then
		cut=1
		warn 'perf stopped early: its file reached the limit.'
	fi
}

# perf_text OPTIONS... : one text of perf, its status kept in a file since sh has no pipefail.
perf_text() {
	timeout 150 "$perf" script -f -i "$work/perf.data" "$@" 2>"$work/script.err" </dev/null
	echo $? >"$work/script.status"
}

check_script() {
	read -r status <"$work/script.status"
	[ "$1" -eq 0 ] && [ "$status" -eq 0 ] ||
		fault REDUCE_FAILED "$2 failed (perf $status, awk $1): $(tail -n 1 "$work/script.err")" 'Try again with fewer seconds.'
}

reduce() {
	say 'Reading the recording.'
	perf_text -F comm,pid,tid,time,event --show-lost-events | "$awk" "$census_awk" >"$work/census"
	check_script $? 'Counting the samples'
	start=$(sed -n 's/^first //p' "$work/census")
	perf_text --pid "$(comma_list)" --no-inline -F pid,tid,time,period,ip,sym,dso |
		timeout 200 "$awk" -v procs="$work/procs" -v census="$work/census" -v ticks="$work/ticks" \
			-v trailer="$work/trailer" -v start="$start" -v bin=0.02 "$reduce_awk" >"$work/body"
	check_script $? 'Reducing the stacks'
	zero=idle
	# Within a container the samples of everything outside of it carry pid 0 as well.
	[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] || zero='idle or outside this container'
	"$awk" -v census="$work/census" -v described="$work/described" -v states="$work/states" -v trailer="$work/trailer" \
		-v summary="$work/summary" -v id="$id" -v hz="$hz" -v seconds="$seconds" -v epoch="$epoch" -v cut="$cut" \
		-v scope="$scope" -v own="$own" -v zero="$zero" -v cpus="$cpus" -v clk="$(getconf CLK_TCK)" \
		-v host="$(uname -n)" -v kernel="$(uname -r)" -v version="$(sed 's/^perf version //' "$work/version")" \
		-v warnings="$warnings" "$facts_awk" \
		"$work/census" "$work/described" "$work/states" "$work/trailer" "$work/ticks" >"$work/facts" ||
		fault REDUCE_FAILED 'The facts could not be written.' 'Try again.'
	{
		echo 'smokejumper-capture 1'
		cat "$work/facts" "$work/body"
	} >"$work/capture" && gzip -9 -n "$work/capture" ||
		die 73 DISK_FULL "The result could not be written to $base." 'Free some space there.'
}

# ----------------------------------------
# The result

# report OFFSET LENGTH: one part as base64, then the JSON line.
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

store_result() {
	printf ',"scope":"%s","hz":%d,%s,"warnings":[%s]' "$scope" "$hz" "$(cat "$work/summary")" "$warnings" >"$work/report"
	mkdir "$work/result" && mv "$work/capture.gz" "$work/report" "$work/result/" && mv "$work/result" "$base/result.$id" ||
		die 73 DISK_FULL "The result could not be kept in $base." 'Free some space there.'
}

send_result() {
	if [ -n "$out" ]; then
		cat "$base/result.$id/capture.gz" >"$out" || die 73 DISK_FULL "Cannot write $out." 'Choose another place.'
	fi
	report 0 "$first_part" "$(cat "$base/result.$id/report")"
	[ -z "$out" ] || rm -rf "$base/result.$id"
}

stopped() {
	die 143 STOPPED "The capture was stopped by a signal." 'Nothing is left behind; start it again.'
}

# The same command may come twice before the first one has ended: SSM's answer to the first was lost and it was sent again.
# Both give the one result.
wait_for_twin() {
	patience=$((seconds + longest_wait))
	while [ "$patience" -gt 0 ]; do
		pause 1
		flock -n 9 && return 0
		[ "$(cat "$base/running" 2>/dev/null)" = "$id" ] || return 1
		patience=$((patience - 1))
	done
	return 1
}

run() {
	# The kernel lets go of this lock whatever ends us, SIGKILL too; then only files are left, which the next run removes.
	exec 9>>"$base/lock"
	flock -n 9 || wait_for_twin ||
		die 75 ALREADY_RUNNING "Capture $(cat "$base/running" 2>/dev/null) is running on this machine." 'Wait for it.'
	trap cleanup EXIT
	trap stopped TERM INT HUP
	printf '%s' "$id" >"$base/running"
	rm -rf "$base"/work.*
	find "$base" -name 'result.*' -mmin +$keep_minutes -exec rm -rf {} +
	# Sent twice (the caller lost the first answer): the same result again, not a second recording.
	if [ -f "$base/result.$id/report" ]; then
		send_result
		return
	fi
	find_ancestors
	work=$base/work.$id
	mkdir "$work" 2>/dev/null || die 73 DISK_FULL "Cannot create $work." 'Free some space there.'
	choose_pids
	need_perf
	plan_disk
	choose_scope
	wait_for_start
	say "Recording $(comma_list) for $seconds s at $hz Hz."
	record
	copy_maps
	reduce
	store_result
	send_result
}

fetch() {
	number --offset "$offset" 0 4294967295
	[ -f "$base/result.$id/capture.gz" ] ||
		die 66 NO_RESULT "There is no result of capture $id here." 'Results go after an hour, or when cleaned.'
	[ "$offset" -lt "$(stat -c %s "$base/result.$id/capture.gz")" ] ||
		die 64 USAGE "The result has no byte $offset." 'Ask within its size.'
	report "$offset" "$next_part"
}

clean() {
	rm -rf "$base/result.$id"
	printf '{"smokejumper":1,"ok":true,"id":"%s"}\n' "$id"
}

main() {
	arguments "$@"
	need_tools
	open_base
	case $command in
	run) run ;;
	fetch) fetch ;;
	clean) clean ;;
	*) die 64 USAGE "Unknown sub-command '$command'." 'Use run, fetch or clean.' ;;
	esac
	exit 0
}

main "$@"
