#!/bin/sh
# Installing perf with the distribution's package manager, when asked to, and nothing beside it.

# Waiting for the package manager's lock and downloading take this many seconds at most; unpacking has its own limit,
# because a package manager that is stopped in the middle of it leaves a broken system. The command is given the sum
# (service/capture/capture-script.ts).
install_fetch=120
install_unpack=60
install_longest=$((install_fetch + install_unpack))

manager=''
packages=''
obstacle=''
advice=''
out_of_time=''
locked='could not get lock|unable to (acquire|lock)|locked by|is another process|another app|being used by'

os_release() {
	for release in /etc/os-release /usr/lib/os-release; do
		[ -r "$release" ] || continue
		sed -n "s/^$1=[\"']\{0,1\}\([^\"']*\).*/\1/p" "$release" | head -n 1
		return
	done
}

# By the identity of the distribution, then by those that it says it is like: sets `manager` and `packages`, the best
# first, or `obstacle` and `advice`.
plan_install() {
	if [ -e /run/ostree-booted ]; then
		obstacle='the system is an image (OSTree)'
		advice='Layer the perf package (rpm-ostree install perf), or add it to the image.'
	fi
	# Its own host containers have this folder, whatever distribution they are made from.
	[ ! -e /.bottlerocket ] || cannot_install Bottlerocket
	for family in $(os_release ID) $(os_release ID_LIKE); do
		[ -z "$manager$obstacle" ] || break
		case $family in
		bottlerocket | flatcar | coreos | cos | talos) cannot_install "$(os_release NAME)" ;;
		# A perf of exactly the running kernel's version; else any, since all read the same interface of the kernel.
		ubuntu)
			plan_packages apt-get "linux-tools-$(uname -r) linux-tools-aws linux-tools-generic linux-perf"
			;;
		debian) plan_packages apt-get linux-perf ;;
		amzn | rhel | fedora | centos | rocky | almalinux | ol)
			plan_packages dnf perf || plan_packages yum perf || plan_packages microdnf perf
			;;
		sles | sle* | suse | opensuse*) plan_packages zypper perf ;;
		alpine) plan_packages apk perf ;;
		esac
	done
	[ -n "$manager$obstacle" ] || {
		name=$(os_release PRETTY_NAME)
		obstacle="this script does not know how to install packages on ${name:-a system without os-release}"
		advice="Install this distribution's perf package on the instance."
	}
}

cannot_install() {
	obstacle="packages cannot be installed on ${1:-this system}"
	advice='Run the capture in a privileged container with perf that shares the PID namespace of the host.'
}

plan_packages() {
	command -v "$1" >/dev/null 2>&1 || return 1
	manager=$1
	packages=$2
	advice="Run this on the instance: '$1 install ${2%% *}', or set CAPTURE_INSTALL_PERF=on."
	[ "$1" != apk ] || advice="Run this on the instance: 'apk add perf', or set CAPTURE_INSTALL_PERF=on."
}

# manage SECONDS ARGUMENT...: the package manager, without questions, without restarts of services (needrestart), with
# the usual umask, without our lock, which a daemon that it starts would keep, and without our mark, since it must not
# be killed with us. 0 seconds: no limit.
manage() {
	patience=$1
	shift
	(
		umask 022
		exec 9>&-
		exec env -u SMOKEJUMPER_RUN DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 \
			APT_LISTCHANGES_FRONTEND=none ZYPP_LOCK_TIMEOUT="$patience" timeout "$patience" "$manager" "$@" </dev/null
	) >"$work/install" 2>&1
}

uptime_seconds() {
	look_at_clock
	now=$((now / 100))
}

# Seconds that are left for fetching.
fetch_left() {
	uptime_seconds
	left=$((install_from + install_fetch - now))
	[ "$left" -gt 0 ]
}

# patiently ARGUMENT...: `manage`, and again as long as somebody else's package manager works.
patiently() {
	while fetch_left; do
		manage "$left" "$@"
		managed=$?
		case $managed in
		0) return 0 ;;
		# timeout's own status, that of busybox last.
		124 | 143) break ;;
		esac
		grep -Eiq "$locked" "$work/install" || return 1
		pause 2
	done
	out_of_time=" within $install_fetch s"
	return 1
}

# In a process group of its own (timeout's), so that it comes to its end whatever ends us.
finish_package() {
	# It may outlive us, and must not keep our output open: the SSM agent would wait for that.
	(
		exec >/dev/null 2>&1
		manage 0 "$@"
	) &
	unpacking=$!
	polls=0
	while kill -0 "$unpacking" 2>/dev/null; do
		[ "$polls" -lt "$install_unpack" ] || {
			out_of_time=" within $install_unpack s after fetching it; it goes on by itself"
			return 1
		}
		pause 1
		polls=$((polls + 1))
	done
	wait "$unpacking"
}

# One package. apt fetches first and unpacks then; the others let a signal wait while they unpack.
install_package() {
	case $manager in
	apt-get)
		set -- -y -q --no-install-recommends --no-remove --no-upgrade -o DPkg::Lock::Timeout=20 install "$1"
		patiently --download-only "$@" && finish_package --no-download "$@"
		;;
	dnf) patiently -y --setopt=install_weak_deps=False install "$1" ;;
	microdnf) patiently -y --setopt=install_weak_deps=0 install "$1" ;;
	yum) patiently -y install "$1" ;;
	zypper) patiently --non-interactive install --no-recommends "$1" ;;
	apk) patiently add --no-cache "$1" ;;
	esac
}

# What went wrong with the first package is told: it is the one that should be there.
try_packages() {
	: >"$work/install.first"
	for package in $packages; do
		install_package "$package"
		find_perf && return 0
		[ -s "$work/install.first" ] || cp "$work/install" "$work/install.first"
		[ -z "$out_of_time" ] || return 1
	done
	return 1
}

# The line that says what went wrong, as the end of a sentence.
install_reason() {
	grep -E -m 1 '^(E:|ERROR:|Error:|error:|Cannot|Could not|No )' "$1" >"$work/reason" || tail -n 1 "$1" >"$work/reason"
	sed 's/^/: /; s/[[:space:].]*$//' "$work/reason"
}

install_perf() {
	[ "$(id -u)" = 0 ] || die 71 PERF_MISSING 'There is no perf here, and only root may install it.' "$advice"
	uptime_seconds
	install_from=$now
	say "Installing perf with $manager (${packages%% *})."
	# As the lists of packages are: most are fresh enough, and renewing them takes the longest. Then with fresh ones.
	if ! try_packages && [ "$manager" = apt-get ] && [ -z "$out_of_time" ]; then
		if patiently -q update; then try_packages; else cp "$work/install" "$work/install.first"; fi
	fi
	[ -n "$perf" ] || die 71 PERF_MISSING \
		"Could not install perf with $manager$out_of_time$(install_reason "$work/install.first")." "$advice"
	uptime_seconds
	warn "perf was installed on this host for the capture ($package, by $manager), which took $((now - install_from)) s."
}
