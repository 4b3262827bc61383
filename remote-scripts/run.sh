#!/bin/sh
# Profiles the Node.js processes of this machine with perf and sends the profile back in a compact form.
#
#   run   --id ID --seconds N --hz N [--pid LIST] [--match ERE] [--start-at EPOCH_SECONDS]
#         [--v8 off|fallback|lines] [--v8-processes N] [--install-perf] [--out FILE]
#   fetch --id ID --offset BYTES
#   clean --id ID
#
# Made for SSM Run Command: sent as text, run as root by any POSIX sh, it prints less than 24,000 bytes of ASCII. It
# installs nothing unless told to (see host/install.sh), leaves no process behind and removes its files; only the result
# stays, in a folder of mode 0700, for `fetch` until `clean`, or until a later run finds it older than an hour.
#
# stdout: a line of base64 (a part of the gzipped capture, see docs/formats.md; none with --out), then one JSON line.
# stderr: words for people.
# Exit codes and environment: see common.sh.
#
# This is the first of the files that service/capture/assemble-script.ts puts together: the files named by lines like
# `. ./run/perf.sh` and `tick_awk='@awk/tick.awk@'` take the place of these lines, and comments are dropped.
# `smokejumper script run` prints that.

# die does not return, so A && B || die is safe (SC2015).
# main calls what stands here (SC2317).
# shellcheck disable=SC2015,SC2317

action=run

. ./common.sh
. ./host/places.sh
. ./run/guard.sh
. ./result.sh
. ./run/arguments.sh
. ./run/faults.sh
. ./run/once.sh
. ./host/install.sh
. ./run/perf.sh
. ./run/processes.sh
. ./run/record.sh
. ./run/reduce.sh
. ./run/programs.sh
. ./run/containers.sh
. ./node.sh
. ./v8/load.sh
. ./run/code.sh
. ./host/flags.sh

run() {
	begin_once
	! send_known || return 0
	set_up
	# On a machine that burns perf must be on its way first: then there is time to look around.
	[ "$v8" = off ] && [ -z "$pids" ] && [ "$(crowding)" -gt 0 ] || choose_pids
	begin_v8
	record
	begin_reading
	note_flags
	collect_v8
	reduce
	store_result
	send_result
}

main "$@"
