# What is to be known of processes while they live. Reads, for each, a line `=== PID`, the path of its program and its
# command line, one word a line; `running` has lines `PID RUNTIME`, `spaces` the numbers of mount namespaces. Prints
# lines `PID key text`; into the file `known` lines `PID inner-pid owner mount-namespace`.
# Of the command line only the name of a script is kept: arguments may be secret. Behind cgroup.awk.
BEGIN {
	printf "" >known
	while ((getline text < running) > 0) { split(text, g, " "); RUNTIME[g[1]] = g[2] }
	while ((getline text < spaces) > 0) { split(text, g, " "); split(g[1], p, "/"); SPACE[p[3]] = g[2] }
}
function plain(s) { gsub(/"/, "\047", s); gsub(/\\/, "\047", s); gsub(/[^ -~]/, "?", s); return substr(s, 1, 300) }
# The status of a process: its pid within its own namespace, and its user.
function read_status(who,   file, line, f, n) {
	file = "/proc/" who "/status"; inner = who; owner = 0
	while ((getline line < file) > 0) {
		n = split(line, f, /[ \t]+/)
		if (f[1] == "NSpid:") inner = f[n]
		if (f[1] == "Uid:") owner = f[2]
	}
	close(file)
}
function base(path) { sub(/ \(deleted\)$/, "", path); sub(/.*\//, "", path); return path }
# A name for people. `process.title` replaces the whole command line; a program with a name of its own may take its
# arguments to itself, so only what is plainly a script is shown of them.
function title(   first, i, word, generic) {
	first = base(WORD[1]); generic = base(exe) ~ /^(node(js)?|bun|deno)(-?[0-9][0-9.]*)?$/
	if (words == 0) return base(exe)
	if (first != base(exe) && first !~ /^(node(js)?|bun|deno)(-?[0-9][0-9.]*)?$/) return WORD[1]
	for (i = 2; i <= words; i++) {
		word = WORD[i]
		if (word ~ /^(-r|--require|--import|--loader|--experimental-loader|-C|--env-file|--title)$/) { i++; continue }
		if (word ~ /^-(e|p|pe|-eval|-print)$/) return first " " word
		if (word == "run" && first ~ /^(bun|deno)/) continue
		if (word ~ /^-/ || word == "") continue
		if (generic || word ~ /\.[cm]?[jt]sx?$/) return base(word)
		break
	}
	return generic ? first : base(exe)
}
function finish() {
	if (!pid) return
	read_status(pid); read_cgroup(pid)
	print pid, inner, owner, (pid in SPACE ? SPACE[pid] : "-") >known
	print pid, "title", substr(plain(title()), 1, 64)
	print pid, "exe", plain(exe)
	print pid, "runtime", RUNTIME[pid]
	print pid, "container", plain(container == "" ? "" : container " " cgroup)
	print pid, "unit", plain(unit)
}
/^=== [0-9]+$/ { finish(); pid = $2; words = 0; exe = ""; head = 1; next }
head { exe = $0; head = 0; next }
words < 40 && ($0 != "" || words) { WORD[++words] = $0 }
END { finish() }
