# The V8 engine: shell functions that have processes profiled by V8's own profiler, through an inspector that SIGUSR1
# opens for a moment at the start and for a moment at the end. Stands after checks.sh, before the code of the caller.
#
#   v8_begin SECONDS HZ PID...   starts a profile in each process, one after the other, in the order given
#   v8_collect FOLDER            fetches them: FOLDER/PID.cpuprofile, and a JSON line for each process in FOLDER/facts
#   v8_recover                   closes what an earlier run left open when all of it was killed at the same moment
#
# Needs: $v8_visit and $v8_target, the texts of visit.js and target.js; $v8_work, an empty folder that is ours alone;
# awk, coreutils, and as root util-linux (nsenter, setpriv, setsid). May be set: $awk, $v8_max_kb (largest process,
# 1 GB), $v8_min_age (60 s), $v8_calls (instead of a profile, see visit.js), $v8_marks (a file that outlives us, for
# v8_recover), $v8_keep_seconds (how long a process keeps a profile that nobody fetches, 60), $v8_watch_for (600 s).
#
# What is trusted and what is not. The checks, the signal and the choice of process are made here. Only the talk
# with the inspector is left to the process's own node binary, which may be anything: it is run in the process's
# namespaces as a user that owns nothing, without capabilities, unable to gain any, with bounded time and output.
#
# What is undone by whom. A visitor that dies is followed by another one that only closes; when this shell dies
# first the visitor does that itself; when both die the process closes its port itself, if there was time to tell it
# to (else the next run does, see v8_recover). A process that is in one long call opens the port after that, perhaps
# long after we have given up: v8_watch stays behind for it.

# The caller and checks.sh set variables (SC2154).
# shellcheck shell=sh disable=SC2154

v8_watch_seconds=${v8_watch_for:-600}
# For tests and the benchmark: visits versions of Node that are not proven.
v8_trials=''
[ -z "${v8_any:-}" ] || v8_trials=SMOKEJUMPER_V8_ANY=1

# ----------------------------------------
# The visitor

# Whether the user namespace of a process has the user and the group 65534; a namespace of one user has not.
v8_has_nobody() {
	for v8_map in uid gid; do
		# shellcheck disable=SC2016 # that is awk's
		"${awk:-awk}" '$1 <= 65534 && 65534 < $1 + $3 { found = 1 } END { exit !found }' "/proc/$1/${v8_map}_map" || return 1
	done
}

# v8_run PID MODE KEY [SECONDS HZ CALLS KEEP_MS [PORT]]: the visitor, with the descriptors of the caller.
v8_run() {
	v8_of=$1
	v8_mode=$2
	v8_inner=$(sed -n 's/^NSpid:.*[[:space:]]\([0-9][0-9]*\)$/\1/p' "/proc/$v8_of/status")
	shift 2
	# 64 MB of profile and a little more, in blocks of 512 bytes.
	ulimit -f 139264
	exec 9<"/proc/$v8_of/exe" || return 1
	set -- --max-old-space-size=96 -e "$v8_visit" "$v8_target" "$v8_mode" "${v8_inner:-$v8_of}" "$@"
	if [ "$(id -u)" != 0 ]; then
		# shellcheck disable=SC2046,SC2086 # no word, or one
		exec env -i PATH=/usr/bin:/bin $v8_trials $(command -v setsid) timeout -s KILL 20 /proc/self/fd/9 "$@"
	fi
	v8_user=''
	v8_same_space "$v8_of" user || ! v8_has_nobody "$v8_of" || v8_user=--user
	# shellcheck disable=SC2086 # no word, or one
	exec env -i PATH="$PATH" $v8_trials setsid timeout -s KILL 20 setpriv --no-new-privs nsenter --target "$v8_of" \
		$v8_user --mount --net --pid --root --wd="/proc/$v8_of/root" --setuid 65534 --setgid 65534 /proc/self/fd/9 "$@"
}

# The visitor in the background: descriptor 5 leads to it, 4 comes from it; its output goes to a file.
v8_launch() {
	v8_output=$1
	shift
	rm -f "$v8_work/to" "$v8_work/from"
	mkfifo "$v8_work/to" "$v8_work/from" || return 1
	{ v8_run "$@"; } <"$v8_work/to" 3>"$v8_work/from" >"$v8_output" 2>/dev/null &
	v8_visitor=$!
	exec 5>"$v8_work/to" 4<"$v8_work/from"
}

# In a shell of its own: SIGPIPE, when the visitor has died, ends only that.
v8_order() {
	(echo "$1" >&5) 2>/dev/null
}

# Reads what the visitor has found out until it ends. The words come from a program that we do not trust.
v8_listen() {
	v8_said=''
	v8_done=''
	while read -r v8_name v8_value <&4; do
		case $v8_name$v8_value in
		*[!A-Za-z0-9._-]*) continue ;;
		esac
		case $v8_name in
		done) v8_done=yes ;;
		reason) v8_reason=$v8_value ;;
		detail) [ "$v8_value" = - ] || v8_said="$v8_said,\"detail\":\"$v8_value\"" ;;
		startPauseMs | stopPauseMs | recordedMs | startedAt | nodes | samples)
			case $v8_value in
			'' | *[!0-9.]* | *.*.*) ;;
			*) v8_said="$v8_said,\"$v8_name\":$v8_value" ;;
			esac
			;;
		esac
	done
	v8_hang_up
	[ -n "$v8_done" ] || v8_reason=${v8_reason:-VISITOR_DIED}
	[ -n "$v8_done" ]
}

v8_hang_up() {
	exec 5>&- 4<&-
	wait "$v8_visitor" 2>/dev/null
	rm -f "$v8_work/to" "$v8_work/from"
}

# v8_signal PID: the signal, and at most a second for the port to open. The process may be ending by now, or may
# have become another program under the same number.
v8_signal() {
	v8_catches "$1" || return 1
	kill -s USR1 "$1" 2>/dev/null || return 1
	v8_tries=25
	while [ "$v8_tries" -gt 0 ]; do
		sleep 0.03
		v8_port "$1"
		[ "$v8_holder" != own ] || return 0
		v8_tries=$((v8_tries - 1))
	done
	return 1
}

# The port is closed by the process itself half a second after the visitor has left. When it is not, the visitor has
# died too early, or the process is busy: another visitor says it again; then a watcher stays.
v8_await_closed() {
	v8_opened=''
	v8_tries=50
	[ "$v8_reason" != LOOP_BLOCKED ] || v8_tries=10
	[ "$v8_reason" != VISITOR_DIED ] || v8_close "$1" "$2"
	sleep 0.4
	while [ "$v8_tries" -gt 0 ]; do
		v8_port "$1"
		[ "$v8_holder" = own ] || return 0
		[ "$v8_tries" != 25 ] || v8_close "$1" "$2"
		sleep 0.1
		v8_tries=$((v8_tries - 1))
	done
	v8_opened=yes
	v8_watch "$1" "$2"
}

v8_close() {
	(v8_run "$1" close "$2" '' '' '' '' "$((0x$v8_port_hex))") </dev/null >/dev/null 2>&1
}

# In the background, for at most ten minutes: closes the port whenever the process opens it, and after that goes.
# The process remembers what it was told, and every visit leaves a line in its log: so it is told again only after a
# while.
v8_watch() {
	v8_stat "/proc/$1"
	v8_birth=$v8_born
	(
		# Descriptor 9 is the lock of the caller.
		exec </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 9>&-
		trap '' HUP
		v8_until=$v8_watch_seconds
		v8_seen=''
		while [ "$v8_until" -gt 0 ] && v8_is "$1" "$v8_birth"; do
			sleep 2
			v8_until=$((v8_until - 2))
			v8_port "$1"
			if [ "$v8_holder" != own ]; then
				[ -z "$v8_seen" ] || break
			elif [ -z "$v8_seen" ] || [ $((v8_seen - v8_until)) -ge 30 ]; then
				v8_seen=$v8_until
				v8_close "$1" "$2"
			fi
		done
	) &
	v8_watchers="${v8_watchers:-} $!"
}

# ----------------------------------------
# The two visits

# Milliseconds, to ten of them: date of busybox knows none.
v8_now() {
	read -r v8_up _ </proc/uptime
	echo $((${v8_up%.*} * 1000 + 1${v8_up#*.} * 10 - 1000))
}

v8_new_key() {
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# v8_talk PID OUTPUT MODE KEY ...: a visit from the launch of the visitor to the closed port.
v8_talk() {
	v8_pid=$1
	v8_said=''
	v8_opened=''
	v8_open_ms=0
	v8_launch "$2" "$v8_pid" "$3" "$4" "${5:-}" "${6:-}" "${7:-}" "$((${v8_keep_seconds:-60} * 1000))" || {
		v8_reason=VISITOR_DIED
		return 1
	}
	v8_ready=''
	read -r v8_ready v8_node <&4 || v8_ready=''
	[ "$v8_ready" != detail ] || read -r v8_ready v8_node <&4
	case $v8_ready$v8_node in
	ready*[!A-Za-z0-9._-]*) v8_ready='' ;;
	reason[A-Z]*) v8_reason=$(printf %s "$v8_node" | tr -cd 'A-Z_0-9') ;;
	esac
	# The visitor takes a moment to start; meanwhile another process may have come by the number, or by the port.
	v8_port "$v8_pid"
	if [ "$v8_ready" != ready ] || ! v8_is "$v8_pid" "$v8_birth_of" || [ "$v8_holder" != free ]; then
		[ "$v8_ready" != ready ] || v8_reason=PORT_IN_USE
		v8_reason=${v8_reason:-NO_VISITOR}
		v8_order quit
		v8_hang_up
		return 1
	fi
	v8_from_ms=$(v8_now)
	v8_mark "$v8_pid $v8_birth_of $4"
	v8_before=$(v8_listening "$v8_pid")
	if v8_signal "$v8_pid"; then
		v8_order go
		v8_listen
		v8_ok=$?
		v8_await_closed "$v8_pid" "$4"
	else
		v8_reason=NO_PORT
		v8_order quit
		v8_hang_up
		if v8_elsewhere "$v8_pid" "$v8_before"; then
			v8_reason=OTHER_PORT
			v8_close "$v8_pid" "$4"
			v8_await_closed "$v8_pid" "$4"
			v8_port_hex=240D
		else
			v8_watch "$v8_pid" "$4"
		fi
		return 1
	fi
	v8_open_ms=$(($(v8_now) - v8_from_ms))
	[ -n "$v8_opened" ] || v8_mark ''
	return "$v8_ok"
}

# Which port may be open: one process at a time is visited.
v8_mark() {
	[ -z "${v8_marks:-}" ] || printf '%s\n' "$1" >"$v8_marks"
}

v8_recover() {
	[ -s "${v8_marks:-}" ] || return 0
	while read -r v8_each v8_birth_of v8_key; do
		case $v8_each in
		'' | *[!0-9]*) continue ;;
		esac
		v8_port "$v8_each"
		if v8_is "$v8_each" "$v8_birth_of" && [ "$v8_holder" = own ]; then v8_close "$v8_each" "$v8_key"; fi
	done <"$v8_marks"
	rm -f "$v8_marks"
}

# v8_one SECONDS HZ PID: starts one, and writes down what the second visit must know.
v8_one() {
	v8_stat "/proc/$3"
	v8_birth_of=$v8_born
	v8_node=''
	if v8_check "$3"; then
		v8_key=$(v8_new_key)
		v8_workers_of=$(v8_workers "$3")
		v8_talk "$3" /dev/null start "$v8_key" "$1" "$2" "${v8_calls:-}" || :
		v8_said="$v8_said,\"workers\":$v8_workers_of,\"startOpenMs\":$v8_open_ms"
	else
		v8_said=''
	fi
	case $v8_node in
	v[0-9]*) v8_said=",\"node\":\"$v8_node\"$v8_said" ;;
	esac
	[ -z "${v8_opened:-}" ] || v8_said="$v8_said,\"leftOpen\":true"
	if [ -n "$v8_reason" ]; then
		v8_is "$3" "$v8_birth_of" || v8_reason=GONE
		v8_fact "$3" skipped "$v8_reason" "$v8_said" >>"$v8_work/facts"
	else
		v8_stat "/proc/$3"
		v8_all=$v8_ticks
		v8_stat "/proc/$3/task/$3"
		printf '%s %s %s %s %s %s\n' "$3" "$v8_birth_of" "$v8_key" "$v8_all" "$v8_ticks" "$v8_said" >>"$v8_work/begun"
	fi
}

v8_fact() {
	printf '{"pid":%d,"status":"%s"' "$1" "$2"
	[ -z "$3" ] || printf ',"reason":"%s","message":"%s"' "$3" "$(v8_sentence "$3")"
	printf '%s}\n' "$4"
}

v8_begin() {
	v8_seconds=$1
	v8_hz=$2
	shift 2
	: >"$v8_work/facts"
	: >"$v8_work/begun"
	for v8_each in "$@"; do v8_one "$v8_seconds" "$v8_hz" "$v8_each"; done
}

v8_collect() {
	mkdir -p "$1"
	while read -r v8_each v8_birth_of v8_key v8_all_before v8_main_before v8_begun; do
		v8_reason=''
		v8_stat "/proc/$v8_each/task/$v8_each"
		v8_main=$((v8_ticks - v8_main_before))
		v8_stat "/proc/$v8_each"
		v8_all=$((v8_ticks - v8_all_before))
		if [ "$v8_born" != "$v8_birth_of" ]; then
			v8_reason=GONE
			v8_said=''
			v8_opened=''
		else
			v8_talk "$v8_each" "$1/$v8_each.part" collect "$v8_key" || :
			v8_said="$v8_said,\"stopOpenMs\":$v8_open_ms,\"cpuTicks\":$v8_all,\"mainThreadTicks\":$v8_main"
		fi
		[ -z "$v8_opened" ] || v8_said="$v8_said,\"leftOpen\":true"
		if [ -z "$v8_reason" ]; then
			mv "$1/$v8_each.part" "$1/$v8_each.cpuprofile"
			v8_fact "$v8_each" profiled '' "$v8_begun$v8_said" >>"$v8_work/facts"
		else
			rm -f "$1/$v8_each.part"
			v8_is "$v8_each" "$v8_birth_of" || v8_reason=GONE
			v8_fact "$v8_each" failed "$v8_reason" "$v8_begun$v8_said" >>"$v8_work/facts"
		fi
	done <"$v8_work/begun"
	rm -f "$v8_work/begun"
	[ "$1" = "$v8_work" ] || mv "$v8_work/facts" "$1/facts"
}
