#!/bin/sh
# What is known of containers: their names, their images, the pod or task that they belong to. It is read from the files
# of the runtimes, no daemon is asked.

# The program in awk stands in single quotes (SC2016); the caller sets the variables (SC2154); the words of a command
# are wanted (SC2086).
# shellcheck disable=SC2016,SC2086,SC2154

container_awk='@awk/container.awk@'

# The files of all containers; of each only regular ones that are root's (or ours), of a bounded size, are read.
find_containers() {
	sed -n -e 's/^[0-9]* container \(..*\)/\1/p' -e 's/^container [0-9]* //p' "$work/described" "$work/programs.facts" |
		sort -u -k 1,1 | head -n 64 >"$work/containers"
	[ -s "$work/containers" ] || return 0
	docker=$(sed -n 's/.*"data-root"[^"]*"\([^"]*\)".*/\1/p' /etc/docker/daemon.json 2>/dev/null)
	: >"$work/told"
	set -- "$work/told"
	while read -r container path; do
		case $path in
		*/user-[0-9]*.slice/*) take_from_user "${path#*/user-}" && set -- "$@" "$work/told.$container" ;;
		*)
			for file in "${docker:-/var/lib/docker}/containers/$container/config.v2.json" \
				"/var/snap/docker/common/var-lib-docker/containers/$container/config.v2.json" \
				/run/containerd/io.containerd.runtime.v*/*/"$container/config.json" \
				/run/k3s/containerd/io.containerd.runtime.v*/*/"$container/config.json" \
				"/run/containers/storage/overlay-containers/$container/userdata/config.json" \
				"/var/lib/containers/storage/overlay-containers/$container/userdata/config.json"; do
				[ ! -f "$file" ] || [ -L "${file%/*}" ] || set -- "$@" "$file"
			done
			;;
		esac
	done <"$work/containers"
	for file in containers volatile-containers; do
		set -- "$@" "/var/lib/containers/storage/overlay-containers/$file.json"
	done
	find "$@" -type f \( -user 0 -o -user "$(id -u)" \) -size -2048 -exec \
		"$awk" -v ids="$work/containers" "$container_awk" {} + </dev/null >"$work/told.json" 2>/dev/null
}

# take_from_user UID.slice/...: a container without root is told of by files of its user, which are read as that user:
# whatever they are links to.
take_from_user() {
	user=${1%%.*}
	line=$("$awk" -F : -v user="$user" '$3 == user { print $4, $6; exit }' /etc/passwd)
	[ -n "$line" ] || return 1
	share=${line#* }/.local/share
	store=$share/containers/storage/overlay-containers
	set --
	[ "$(id -u)" != 0 ] || set -- setpriv --reuid "$user" --regid "${line%% *}" --clear-groups --no-new-privs
	timeout -s KILL 5 "$@" head -q -c 1000000 "$share/docker/containers/$container/config.v2.json" \
		"$store/containers.json" "$store/volatile-containers.json" >"$work/told.$container" 2>/dev/null </dev/null
	:
}

# Node that is told to write a map ends at its start where it cannot.
warn_of_barred() {
	barred=''
	while read -r pid state; do
		[ "$state" != none ] || [ ! -d "/proc/$pid/root/" ] || [ -w "/proc/$pid/root/tmp" ] || barred="$barred $pid"
	done <"$work/states"
	[ -n "$barred" ] || return 0
	barred=$(echo "$barred" | cut -c 1-60)
	warn "No perf map can be written in /tmp of$barred: --perf-basic-prof would end Node there. V8's engine works."
}
