# Counts every recorded sample from `begins` to `ends` by process, before anything is left out, and notes who started
# whom. Names may hold anything (15 bytes): they are taken from the right, and are too short to forge what must follow
# them. `root` is the shell of this script: what it started is named as its own.
function inside(moment) { return (begins == "" || moment >= begins + 0) && (ends == "" || moment < ends + 0) }
/PERF_RECORD_LOST/ && match($0, /lost [0-9]+ *$/) {
	n = substr($0, RSTART + 5)
	if (match($0, /[0-9]+\.[0-9]+: *PERF_RECORD_LOST/) && inside(substr($0, RSTART) + 0)) lost += n
	next
}
match($0, /PERF_RECORD_FORK\([0-9]+:[0-9]+\):\([0-9]+:[0-9]+\) *$/) {
	split(substr($0, RSTART), ids, /[():]+/)
	if (ids[2] != ids[4]) parent[ids[2]] = ids[4]
	part = ""; next
}
match($0, /PERF_RECORD_COMM exec: .*:[0-9]+\/[0-9]+ *$/) {
	name = substr($0, RSTART + 23); match(name, /:[0-9]+\/[0-9]+ *$/)
	split(substr(name, RSTART + 1), ids, "/"); name = substr(name, 1, RSTART - 1); gsub(/[[:cntrl:]]/, "?", name)
	program[ids[1]] = name
	part = ""; next
}
match($0, /PERF_RECORD_(COMM|EXIT|NAMESPACES|CGROUP)[ (:]/) { part = ""; next }
match($0, /-?[0-9]+\/-?[0-9]+ +[0-9]+\.[0-9]+: +(software\/)?cpu-clock[^ ]*: *$/) {
	name = part substr($0, 1, RSTART - 1); part = ""
	n = split(substr($0, RSTART), f, " "); split(f[1], ids, "/"); at = f[2] + 0
	if (!inside(at)) next
	if (!total++ || at < first) first = at
	if (at > last) last = at
	if (!((ids[1], ids[2]) in seen)) thread[++threads] = ids[1] " " ids[2]
	# The last name is the one of the program: before, a process is a copy of the one that started it.
	if (seen[ids[1], ids[2]] != name) seen[ids[1], ids[2]] = name
	if (!(ids[1] in count)) pid[++pids] = ids[1]
	count[ids[1]]++
	next
}
{ part = substr(part $0, 1, 64) "?" }
function is_own(who,   k) {
	for (k = 0; k < 64 && who > 1; k++) { if (who == root) return 1; who = parent[who] }
	return 0
}
END {
	printf "total %d\nlost %d\nfirst %.6f\nlast %.6f\n", total, lost, first, last
	for (i = 1; i <= pids; i++) print "pid", pid[i], count[pid[i]]
	for (i = 1; i <= threads; i++) {
		split(thread[i], ids, " "); name = seen[ids[1], ids[2]]
		sub(/^ +/, "", name); sub(/ +$/, "", name); gsub(/[[:cntrl:]]/, "?", name)
		print "tid", thread[i], name
	}
	for (i = 1; i <= pids; i++) if (root && is_own(pid[i])) print "own", pid[i]
	# Of each process that has samples the line of those who started it.
	for (i = 1; i <= pids; i++) for (id = pid[i]; id in parent && !(id in told); id = parent[id]) {
		told[id] = 1; print "parent", id, parent[id]
		if (id in program) print "program", id, program[id]
	}
}
