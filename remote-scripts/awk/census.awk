# Counts every recorded sample by process, before anything is left out. The name may hold anything (15 bytes): it is
# taken from the right, and is too short to forge what must follow it.
/PERF_RECORD_LOST/ && match($0, /lost [0-9]+ *$/) { lost += substr($0, RSTART + 5); next }
match($0, /-?[0-9]+\/-?[0-9]+ +[0-9]+\.[0-9]+: +(software\/)?cpu-clock[^ ]*: *$/) {
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
}
