# The V8 engine: which processes it may visit, and the words for those that it may not. Goes before engine.sh, where the
# variables are named.

# The caller sets the variables (SC2154); awk programs stand in single quotes (SC2016); /proc/PID/task/*/children
# holds words (SC2013), and tr is meant to replace characters (SC2020).
# shellcheck shell=sh disable=SC2013,SC2016,SC2020,SC2034,SC2154

v8_port_hex=240D

# ----------------------------------------
# Facts about a process

# Sets v8_born (the tick of its start, empty when there is none or it has ended) and v8_ticks (CPU used) of a process or
# thread. The name of the program stands in brackets and may hold anything: what follows the last bracket counts.
v8_stat() {
	v8_line=$(cat "$1/stat" 2>/dev/null)
	# shellcheck disable=SC2086 # numbers: state, ppid, ..., utime (12), stime (13), ..., start (20)
	set -- ${v8_line##*) }
	v8_born=${20:-}
	case ${1:-} in
	Z | X) v8_born='' ;;
	esac
	v8_ticks=$((${12:-0} + ${13:-0}))
}

# Whether a process is still the one that was born then.
v8_is() {
	v8_stat "/proc/$1"
	[ -n "$v8_born" ] && [ "$v8_born" = "$2" ]
}

# Sets v8_holder: whether the port of the inspector is `free` in the network of a process, or held by that process
# itself (`own`), or by an `other`. It is asked often, so it starts few programs: v8_own_socket is the one found
# last.
v8_port() {
	v8_holder=free
	v8_inodes=$("${awk:-awk}" -v port=":$v8_port_hex\$" '$4 == "0A" && $2 ~ port { print $10 }' \
		"/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null)
	for v8_inode in $v8_inodes; do
		v8_holder=other
		# shellcheck disable=SC2010,SC2012 # links made by the kernel
		if [ "$1 $v8_inode" = "${v8_own_socket:-}" ] ||
			ls -l "/proc/$1/fd" 2>/dev/null | grep -qF "socket:[$v8_inode]"; then
			v8_own_socket="$1 $v8_inode"
			v8_holder=own
			return
		fi
	done
}

# The sockets that listen on 127.0.0.1 in the network of a process, as INODE:PORT.
v8_listening() {
	"${awk:-awk}" '$4 == "0A" && $2 ~ /^0100007F:/ { print $10 substr($2, 9) }' "/proc/$1/net/tcp" 2>/dev/null
}

# v8_elsewhere PID BEFORE: whether the process listens since then at another port: a program may set process.debugPort.
# Sets v8_port_hex to it.
v8_elsewhere() {
	for v8_socket in $(v8_listening "$1"); do
		case " $(echo "$2" | tr '\n' ' ') " in
		*" $v8_socket "*) continue ;;
		esac
		# shellcheck disable=SC2010,SC2012 # links made by the kernel
		if ls -l "/proc/$1/fd" 2>/dev/null | grep -qF "socket:[${v8_socket%:*}]"; then
			v8_port_hex=${v8_socket#*:}
			return 0
		fi
	done
	return 1
}

# Whether a process has a handler of SIGUSR1; without one the signal would end it.
v8_catches() {
	v8_caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null)
	# Signal 10 is bit 9: of the last three of sixteen hexadecimal digits, bit 1 of the first.
	case ${v8_caught#?????????????} in
	[2367abef]??) ;;
	*) return 1 ;;
	esac
}

# A signal to the primary process of a cluster is passed on by Node to all its workers.
v8_has_workers() {
	for v8_child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
		tr '\000' '\n' 2>/dev/null <"/proc/$v8_child/environ" | grep -q '^NODE_UNIQUE_ID=' && return 0
	done
	return 1
}

# Only newer Nodes name their threads; -1 stands for unknown.
v8_workers() {
	case $(cat "/proc/$1/task/$1/comm" 2>/dev/null) in
	*MainThread) cat "/proc/$1/task/"*/comm 2>/dev/null | grep -c '^\(node-\)\{0,1\}WorkerThread$' ;;
	*) echo -1 ;;
	esac
}

v8_flags='^(--inspect|--debug-port|--disable-sigusr1|--experimental-permission|--permission)'

# Sets v8_reason, empty when the process may be visited.
v8_check() {
	v8_reason=''
	[ -d "/proc/$1/fd" ] || v8_reason=GONE
	[ -z "$v8_reason" ] || return 1
	# shellcheck disable=SC2046 # the words are wanted
	set -- "$1" $("${awk:-awk}" '/^State:/ { state = $2 } /^TracerPid:/ { tracer = $2 } /^VmRSS:/ { size = $2 }
		/^Uid:/ { owner = $2 } END { print state, tracer + 0, size + 0, owner }' \
		"/proc/$1/status" 2>/dev/null)
	[ $# -eq 5 ] || v8_reason=GONE
	[ -z "$v8_reason" ] || return 1
	v8_stat "/proc/$1"
	read -r v8_up _ </proc/uptime
	v8_age=$((${v8_up%.*} - v8_born / $(getconf CLK_TCK)))
	case $2 in
	Z | X) v8_reason=GONE ;;
	T | t) v8_reason=STOPPED ;;
	esac
	[ "$3" = 0 ] || v8_reason=${v8_reason:-TRACED}
	v8_catches "$1" || v8_reason=${v8_reason:-NO_SIGUSR1}
	[ "$v8_age" -ge "${v8_min_age:-60}" ] || v8_reason=${v8_reason:-TOO_YOUNG}
	[ "$4" -le "${v8_max_kb:-1048576}" ] || v8_reason=${v8_reason:-TOO_BIG}
	{
		tr '\000' '\n' <"/proc/$1/cmdline"
		tr '\000' '\n' <"/proc/$1/environ" | sed -n 's/^NODE_OPTIONS=//p' | tr -s ' "' '\n\n'
	} 2>/dev/null | grep -Eq -e "$v8_flags" && v8_reason=${v8_reason:-INSPECTOR_FLAGS}
	v8_has_workers "$1" && v8_reason=${v8_reason:-CLUSTER_PRIMARY}
	v8_port "$1"
	case $v8_holder in
	own) v8_reason=${v8_reason:-INSPECTOR_IN_USE} ;;
	other) v8_reason=${v8_reason:-PORT_IN_USE} ;;
	esac
	v8_may_enter "$1" "$5" || v8_reason=${v8_reason:-$v8_entry}
	[ -z "$v8_reason" ]
}

v8_same_space() {
	[ "$(readlink "/proc/$1/ns/$2")" = "$(readlink "/proc/self/ns/$2")" ]
}

# How to run the visitor. As root: as user 65534, who may execute the binary only if everybody may.
v8_may_enter() {
	v8_entry=''
	if [ "$(id -u)" != 0 ]; then
		[ "$(id -u)" = "$2" ] && v8_same_space "$1" net && v8_same_space "$1" mnt &&
			v8_same_space "$1" pid || v8_entry=NOT_PERMITTED
	elif ! command -v nsenter >/dev/null || ! command -v setpriv >/dev/null || ! command -v setsid >/dev/null; then
		v8_entry=NO_TOOLS
	else
		case $(stat -L -c %a "/proc/$1/exe" 2>/dev/null) in
		*[1357]) ;;
		*) v8_entry=EXE_PRIVATE ;;
		esac
	fi
	[ -z "$v8_entry" ]
}

# ----------------------------------------
# Words

v8_sentence() {
	case $1 in
	GONE) echo 'The process has ended.' ;;
	STOPPED) echo 'The process is stopped.' ;;
	TRACED) echo 'A debugger or tracer is attached to the process.' ;;
	NO_SIGUSR1) echo 'The process does not catch SIGUSR1; the signal would end it, or nothing would happen.' ;;
	TOO_YOUNG) echo 'The process has only just started.' ;;
	TOO_BIG) echo 'The process is so large that starting the profiler would stop it for too long.' ;;
	INSPECTOR_FLAGS) echo 'The process was started with options for its inspector, or without the right to have one.' ;;
	CLUSTER_PRIMARY) echo 'The process is the primary of a cluster, and would pass the signal on to all its workers.' ;;
	INSPECTOR_IN_USE) echo 'The inspector of the process is in use.' ;;
	PORT_IN_USE) echo 'Another process listens on port 9229.' ;;
	NOT_PERMITTED) echo 'The process belongs to another user or to a container.' ;;
	NO_TOOLS) echo 'nsenter, setpriv or setsid of util-linux is missing.' ;;
	EXE_PRIVATE) echo 'The node binary of the process may be run by its owner only.' ;;
	NO_VISITOR) echo 'The node binary of the process could not be run as another user in its namespaces.' ;;
	NOT_NODE) echo 'The process does not run Node.js.' ;;
	OLD_NODE) echo 'The process runs a Node.js older than 16.' ;;
	NOT_PROVEN)
		echo 'It runs a version of Node.js in which visits were not tried: 18, 20, 22, 24 and 26 were.'
		;;
	NO_LOOPBACK) echo 'In the network of the process 127.0.0.1 cannot be reached.' ;;
	OTHER_PORT) echo 'The process opens its inspector at another port than 9229. It was closed again.' ;;
	NO_PORT)
		echo 'The process did not open its inspector within a second: it has a handler of SIGUSR1 of its own, which has' \
			'now run, or is in one long call.'
		;;
	LOOP_BLOCKED)
		echo 'The process was too busy to start or end a profile: its event loop did not turn for two seconds.'
		;;
	NO_ANSWER) echo 'The process did not answer: it is in one long call.' ;;
	WRONG_PROCESS) echo 'The inspector that answered belongs to another process.' ;;
	STATE_GONE) echo 'The profile was dropped before it could be fetched.' ;;
	TOO_LARGE) echo 'The profile is too large.' ;;
	*) echo 'The visit of the process failed.' ;;
	esac
}
