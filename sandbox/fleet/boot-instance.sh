#!/bin/sh
# Process 1 of an instance, started by unshare in new PID, mount, UTS and IPC namespaces, and perhaps in a new network.
#
#   boot-instance.sh STATE HOSTNAME CGROUP NETWORK NODE APP MODULES FLAG...
#
# STATE    folder with the files `stat` and `loadavg` that the fleet rewrites, and the mount point `root`
# CGROUP   cgroup v2 folder to join, or empty
# NETWORK  `own`: its loopback interface is still down; `shared`: nothing is to be done
# NODE     the node binary; APP the folder of the service; MODULES its node_modules;
# FLAG     for node
#
# Gives the instance a root file system of its own (programs are the machine's, read-only; /tmp, /var, /run, /srv are
# private), says `booted`, then runs the service. The instance lives until its standard input ends, that is, until the
# process that started it is gone, however it went; when process 1 exits the kernel kills all others in here.
set -eu

# The machine's programs and settings. Where the flags of a mount are locked (user namespaces) it stays writable to
# those who could write it before.
share() {
	if [ -L "/$1" ]; then
		cp -P "/$1" "$1"
	elif [ -d "/$1" ]; then
		mkdir "$1"
		mount --rbind "/$1" "$1"
		mount -o remount,bind,ro "$1" 2>/dev/null || :
	fi
}

bind_file() {
	: >"$2"
	mount --bind "$1" "$2"
}

make_root() {
	mkdir -p tmp run root home mnt dev sys proc old srv/node/bin srv/mail-ingest \
		var/tmp var/log var/cache var/lib/amazon/ssm var/spool/mail-ingest
	chmod 1777 tmp var/tmp
	for folder in usr bin sbin lib lib32 lib64 libx32 etc opt; do share "$folder"; done
	mount --rbind /dev dev
	mount --rbind /sys sys
	mount -t tmpfs shm dev/shm 2>/dev/null || :
	mount -t proc proc proc
	mount --bind "$state/stat" proc/stat
	mount --bind "$state/loadavg" proc/loadavg
}

install_service() {
	bind_file "$node" srv/node/bin/node
	for entry in "$app"/*; do
		if [ -d "$entry" ]; then
			mkdir "srv/mail-ingest/${entry##*/}"
			mount --bind "$entry" "srv/mail-ingest/${entry##*/}"
		else
			bind_file "$entry" "srv/mail-ingest/${entry##*/}"
		fi
	done
	mkdir srv/mail-ingest/node_modules
	mount --bind "$modules" srv/mail-ingest/node_modules
}

serve() {
	cd /srv/mail-ingest
	env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/root NODE_ENV=production SPOOL=/var/spool/mail-ingest \
		/srv/node/bin/node "$@" server.js || :
	echo 'ended'
}

main() {
	state=$1 hostname=$2 cgroup=$3 network=$4 node=$5 app=$6 modules=$7
	shift 7
	[ -z "$cgroup" ] || echo 0 >"$cgroup/cgroup.procs"
	hostname "$hostname"
	[ "$network" != own ] || ip link set lo up
	mount -t tmpfs -o mode=755,size=512m instance "$state/root"
	cd "$state/root"
	make_root
	install_service
	pivot_root . old
	cd /
	umount -l /old
	rmdir /old
	echo 'booted'
	# A shell gives its background jobs /dev/null as input, so the pipe is kept under another number.
	exec 3<&0
	trap 'exit 0' TERM
	(
		cat <&3 >/dev/null
		kill -s TERM 1
	) &
	serve "$@" 3<&- &
	# Orphans of the instance become children of process 1; `wait` buries them.
	while :; do wait || :; done
}

main "$@"
