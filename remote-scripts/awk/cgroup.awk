# A part of programs.awk and describe.awk. In which container a process runs, an id of 64 digits, and in which cgroup
# that says so; in which unit of systemd; whether it is alive. All empty where it runs in none.
function read_cgroup(who,   file, line, parts, n, i) {
	file = "/proc/" who "/cgroup"; container = cgroup = unit = ""; alive = 0
	while ((getline line < file) > 0) {
		alive = 1; n = split(line, parts, /[^0-9a-f]+/)
		for (i = n; i > 0; i--) if (length(parts[i]) == 64 && container == "") { container = parts[i]; cgroup = line }
		if (unit == "" && match(line, /[^\/]+\.(service|scope)(\/|$)/)) {
			unit = substr(line, RSTART, RLENGTH); sub(/\/$/, "", unit)
		}
	}
	close(file)
}
