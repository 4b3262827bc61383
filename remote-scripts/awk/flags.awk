# Puts together what flags.sh has found: a line `PID more JSON` for each process of which there is something to say.
# Reads the files `flags.…` in the order of its arguments: versions, programs, maps, options, sizes, logs.
# /proc/7/exe -> 7
function pid_in(path,   part) { split(path, part, "/"); return part[3] }
# Seconds since the process began. Its name stands in brackets and may hold anything: look from the right.
function age(pid,   file, line, text, f) {
	file = "/proc/" pid "/stat"
	while ((getline line < file) > 0) text = text line
	close(file)
	if (!match(text, /.*\) /)) return 0
	split(substr(text, RLENGTH + 1), f, " ")
	return up > f[20] / clk ? up - f[20] / clk : 0
}
function clean(s) { gsub(/[^ -~]/, "?", s); gsub(/["\\]/, "?", s); return substr(s, 1, 300) }
# Where the log of a process goes; nothing when it has none, or one that somebody has named himself.
function log_of(pid,   to, version) {
	if (!(pid in SINCE)) return ""
	version = VERSION[PROGRAM[pid]]; sub(/^v/, "", version)
	if (LOG[pid] != "") to = "file"
	else if (LOGFILE[pid] == "unlinked" && UNLINKED[pid] != "") {
		to = "unlinked"; LOG[pid] = UNLINKED[pid]; BYTES[pid] = FREED[pid]
	}
	else if (LOGFILE[pid] == "default" && version + 0 >= SINCE[pid]) to = "stdout"
	else return ""
	return sprintf(",\"v8Log\":{\"to\":\"%s\",\"path\":\"%s\",\"bytes\":%.0f,\"seconds\":%d}", \
		to, clean(LOG[pid]), BYTES[pid], age(pid))
}
function shares(pid,   k, n, with, s) {
	n = split(WRITERS[MAP[pid]], with, " ")
	if (n < 2) return ""
	for (k = 1; k <= n; k++) if (with[k] != pid) s = s (s == "" ? "" : ",") with[k]
	return ",\"sharesMapWith\":[" s "]"
}
BEGIN { getline up < "/proc/uptime"; up += 0 }
FILENAME ~ /\.versions$/ { VERSION[$1] = $2; next }
FILENAME ~ /\.programs$/ { PROGRAM[pid_in($2)] = $1; order[++processes] = pid_in($2); next }
FILENAME ~ /\.maps$/ { MAP[pid_in($2)] = $1; WRITERS[$1] = WRITERS[$1] " " pid_in($2); next }
FILENAME ~ /\.options$/ { SINCE[$1] = $2; LOGFILE[$1] = $3; next }
FILENAME ~ /\.sizes$/ { SIZE[$2] = $1; next }
{
	one = pid_in($1); name = $0; sub(/^[^ ]+ /, "", name)
	if (name ~ / \(deleted\)$/) { UNLINKED[one] = name; FREED[one] += SIZE[$1] }
	else { if (LOG[one] == "") LOG[one] = name; BYTES[one] += SIZE[$1] }
}
END {
	for (i = 1; i <= processes; i++) {
		one = order[i]; node = VERSION[PROGRAM[one]]
		more = (node == "" ? "" : ",\"node\":\"" node "\"") log_of(one) (one in MAP ? shares(one) : "")
		if (more != "") print one, "more", more
	}
}
