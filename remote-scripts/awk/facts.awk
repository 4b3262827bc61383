# The JSON line of facts. CPU times are cumulative: what they were at the first and the last moment of the recording is
# interpolated between the notes taken each second.
function text(s) { gsub(/[[:cntrl:]]/, "?", s); gsub(/\\/, "\\\\&", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
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
FILENAME == census && $1 == "last" { start = begins + 0; stop = cut && $2 > start ? $2 : ends + 0; next }
FILENAME == census && $1 == "own" { own[$2] = 1; next }
FILENAME == census && $1 == "pid" { counted[$2] = $3; order[++pids] = $2; next }
FILENAME == census { next }
FILENAME == described { about = $1 SUBSEP $2; sub(/^[^ ]+ [^ ]+ ?/, ""); ABOUT[about] = $0; next }
FILENAME == states { STATE[$1] = $2; profiled[$1] = 1; list[++processes] = $1; next }
FILENAME == trailer { TRAILER[$1] = $2; next }
FILENAME == programs { read_program(); next }
$1 == "T" { now = $2 + 0; notes++; next }
$1 == "L" { load = $2; split($5, f, "/"); queue += f[1] > 1 ? f[1] - 1 : 0; next }
$1 == "C" {
	follow("user", $3 + $4); follow("system", $5 + $8 + $9); follow("idle", $6); follow("iowait", $7); follow("steal", $10)
	next
}
$1 == "M" { SIZE[$3, ++SIZES[$3]] = $4; SIZEAT[$3, SIZES[$3]] = $2; next }
# A pid may come again: a process is known by its pid and the moment it began.
$1 == "P" {
	life = $2 "." $4
	if (!(life in PREV) && notes > 1) { PREV[life] = FROM[life] = 0; WHEN[life] = $4 / clk; BORN[life] = 1 }
	if (!(life in PIDOF)) { PIDOF[life] = $2; LATEST[$2] = life; all[++procs] = life }
	name = $0; sub(/^P [^ ]+ [^ ]+ [^ ]+ [^ ]+ ?/, "", name); COMM[life] = name
	follow(life, $3); SEEN[life] = notes; next
}
# CPU clock ticks between the ends of the window.
function used(k) { return (k in TO ? TO[k] : PREV[k]) - FROM[k] }
function write_machine() {
	printf "{\"id\":%s,\"event\":\"cpu-clock\",\"hz\":%d,\"seconds\":%.3f,\"startedAtMs\":%.0f,\"binMs\":20", \
		text(id), hz, stop - start, (epoch + start) * 1000
	printf ",\"period\":%s,\"scope\":%s,\"host\":%s,\"kernel\":%s,\"perf\":%s,\"cpus\":%d", \
		(TRAILER["period"] > 0 ? TRAILER["period"] : "null"), text(scope), text(host), text(kernel), text(version), cpus
	printf ",\"hostCpu\":{\"user\":%.2f,\"system\":%.2f,\"iowait\":%.2f,\"steal\":%.2f,\"idle\":%.2f}", \
		(TO["user"] - FROM["user"]) / clk, (TO["system"] - FROM["system"]) / clk, (TO["iowait"] - FROM["iowait"]) / clk, \
		(TO["steal"] - FROM["steal"]) / clk, (TO["idle"] - FROM["idle"]) / clk
	if (symbols != "") printf ",\"symbols\":%s", text(symbols)
	printf ",\"load1\":%.2f,\"runQueue\":%.2f", load, notes ? queue / notes : 0
}
# A line of programs.sh: key, index and the rest.
function read_program(   rest) {
	if ($1 == "programs") { PROGRAMS[$2] = $3; return }
	rest = $0; sub(/^[^ ]+ [^ ]+ ?/, "", rest)
	if ($1 == "program") {
		PROGRAM[others++] = $3; COUNT[others - 1] = $4; SAMPLES[others - 1] = $5
		sub(/^[^ ]+ [^ ]+ [^ ]+ ?/, "", rest); CALLED[others - 1] = rest
	} else if ($1 == "by") STARTER[$2] = STARTER[$2] (STARTER[$2] == "" ? "" : ",") text(rest)
	else WHERE[$2, $1] = rest
}
function or_null(s) { return s == "" ? "null" : text(s) }
function write_processes(   i, pid, k, runtime, state) {
	printf ",\"processes\":["
	for (i = 1; i <= processes; i++) {
		pid = list[i]; k = LATEST[pid]; runtime = ABOUT[pid, "runtime"]
		state = STATE[pid]; if (state == "none" && runtime == "") state = ""
		printf "%s{\"pid\":%d,\"name\":%s,\"exe\":%s,\"runtime\":%s,\"container\":%s,\"unit\":%s", (i > 1 ? "," : ""), \
			pid, text(ABOUT[pid, "title"]), text(ABOUT[pid, "exe"]), or_null(runtime), \
			or_null(substr(ABOUT[pid, "container"], 1, 12)), or_null(ABOUT[pid, "unit"])
		printf ",\"cpuSeconds\":%s,\"partial\":%s,\"perfMap\":%s,\"mapSizes\":%s%s}", \
			k == "" ? "null" : sprintf("%.2f", used(k) / clk), \
			(k == "" || SEEN[k] < notes || (BORN[k] && WHEN[k] > start)) ? "true" : "false", \
			or_null(state), sizes(pid), ABOUT[pid, "more"]
	}
	printf "]"
}
# The busiest of the others: by perf's samples, or where it saw only the profiled ones by what was noted each second.
function write_others(   n, i, k, best, top, named, per) {
	printf ",\"otherProcesses\":["
	if (others) per = TRAILER["period"] > 0 ? TRAILER["period"] / 1000000000 : 1 / hz
	for (n = 0; n < others; n++) {
		# Node names its main thread so.
		if (CALLED[n] == "MainThread" && WHERE[n, "exe"] != "") { CALLED[n] = WHERE[n, "exe"]; sub(/.*\//, "", CALLED[n]) }
		printf "%s{\"pid\":%d,\"name\":%s,\"cpuSeconds\":%.2f,\"processes\":%d,\"startedBy\":[%s]", n ? "," : "", \
			PROGRAM[n], text(CALLED[n]), SAMPLES[n] * per, COUNT[n], STARTER[n]
		printf ",\"exe\":%s,\"container\":%s,\"unit\":%s}", or_null(WHERE[n, "exe"]), \
			or_null(substr(WHERE[n, "container"], 1, 12)), or_null(WHERE[n, "unit"])
	}
	for (; scope != "system" && n < 8; n++) {
		best = 0.05 * clk; top = ""
		for (i = 1; i <= procs; i++) {
			k = all[i]
			if (used(k) > best && !(PIDOF[k] in profiled) && !(k in named) && !(PIDOF[k] in own)) { best = used(k); top = k }
		}
		if (top == "") break
		named[top] = 1
		printf "%s{\"pid\":%d,\"name\":%s,\"cpuSeconds\":%.2f}", n ? "," : "", PIDOF[top], text(COMM[top]), best / clk
	}
	printf "]"
	if (PROGRAMS["drawn"] != "") printf ",\"programsDrawn\":%d,\"programsEvery\":%d", PROGRAMS["drawn"], PROGRAMS["every"]
}
# As container.awk has written them.
function write_containers(   line) {
	printf ",\"containers\":["
	if (containers != "") while ((getline line < containers) > 0) printf "%s", line
	printf "]"
}
function write_ledger(   i, mine, idle, rest, ours, comma) {
	for (i = 1; i <= pids; i++) {
		if (order[i] in profiled) mine += counted[order[i]]
		else if (order[i] == 0) idle += counted[order[i]]
		else if (order[i] in own) ours += counted[order[i]]
		else rest += counted[order[i]]
	}
	printf ",\"ledger\":{\"recorded\":%d,\"drawn\":%d,\"filtered\":{", total, TRAILER["drawn"]
	if (idle) { printf "%s:%d", text(zero), idle; comma = "," }
	if (rest) { printf "%s\"other process\":%d", comma, rest; comma = "," }
	if (ours) { printf "%s\"this capture\":%d", comma, ours; comma = "," }
	if (mine - TRAILER["drawn"] > 0) printf "%s\"malformed\":%d", comma, mine - TRAILER["drawn"]
	printf "},\"lost\":%d}", lost
}
END {
	write_machine(); write_processes(); write_others(); write_containers(); write_ledger()
	printf ",\"warnings\":[%s]}\n", warnings
	printf "\"recorded\":%d,\"drawn\":%d,\"lost\":%d,", total, TRAILER["drawn"], lost >summary
	printf "\"seconds\":%.3f,\"startedAtMs\":%.0f,", stop - start, (epoch + start) * 1000 >summary
	printf "\"processes\":%d,\"frames\":%d,\"nodes\":%d\n", processes, TRAILER["frames"], TRAILER["nodes"] >summary
}
