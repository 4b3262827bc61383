# The busiest other programs, by name and container, most samples first: at most 8, each of at least a twentieth of a
# CPU. Reads `census`, `ticks` and `procs` (the profiled processes). Prints, for each:
#   program INDEX PID PROCESSES SAMPLES NAME    its first process, how many there were
#   by INDEX NAME                               who started it, the nearest first
#   container INDEX ID CGROUP, unit INDEX NAME  where it runs
# and into `list` lines for the reducer, one for each of its processes: of at most 4 that use a tenth of a CPU. Behind
# cgroup.awk.
BEGIN {
	printf "" >list
	while ((getline text < procs) > 0) { split(text, w, " "); profiled[w[2]] = 1 }
	while ((getline text < ticks) > 0) if (text ~ /^P /) {
		split(text, w, " "); PARENT[w[2]] = w[5]
		name = text; sub(/^P [^ ]+ [^ ]+ [^ ]+ [^ ]+ ?/, "", name); NAME[w[2]] = name
	}
	while ((getline text < census) > 0) {
		split(text, w, " "); name = text
		if (w[1] == "pid") { order[++pids] = w[2]; count[w[2]] = w[3] }
		else if (w[1] == "own") own[w[2]] = 1
		else if (w[1] == "parent") PARENT[w[2]] = w[3]
		else if (w[1] == "program") { sub(/^program [^ ]+ ?/, "", name); NAME[w[2]] = name }
		else if (w[1] == "tid" && (w[2] == w[3] || !(w[2] in THREAD))) {
			sub(/^tid [^ ]+ [^ ]+ ?/, "", name); THREAD[w[2]] = name
		}
	}
	for (at = 1; at <= pids; at++) if (order[at] > 0 && !(order[at] in profiled) && !(order[at] in own)) add(order[at])
	least = 0.05 * (ends - begins) * hz
	for (shown = 0; shown < 8; shown++) {
		best = least; top = ""
		for (at = 1; at <= groups; at++) if (!(at in taken) && SAMPLES[at] >= best) { best = SAMPLES[at] + 0.5; top = at }
		if (top == "") break
		taken[top] = 1; tell(top); all += SAMPLES[top]
	}
	# Their stacks must not make the capture large: thousands show what there is to see.
	print "programs every", int((all - 1) / 6000) + 1
	exit
}
function plain(s) { gsub(/[^ -~]/, "?", s); return substr(s, 1, 64) }
function name_of(id) { return plain(id in NAME ? NAME[id] : id in THREAD ? THREAD[id] : "[unknown]") }
# `container unit` of a process, or of the nearest of those that started it and still lives.
function place_of(id,   k) {
	for (k = 0; k < 16 && id > 0; k++) {
		if (id in PLACE) return PLACE[id]
		read_cgroup(id)
		if (alive) {
			if (container != "") { gsub(/[^ -~]/, "?", cgroup); CGROUP[container] = substr(cgroup, 1, 300) }
			unit = plain(unit); gsub(/ /, "_", unit)
			return PLACE[id] = (container == "" ? "-" : container) " " (unit == "" ? "-" : unit)
		}
		id = PARENT[id]
	}
	return "- -"
}
function add(id,   key) {
	key = name_of(id) "\001" place_of(id)
	if (!(key in GROUP)) { GROUP[key] = ++groups; KEY[groups] = key }
	key = GROUP[key]
	SAMPLES[key] += count[id]; MEMBER[key, ++MEMBERS[key]] = id
	if (count[id] > MOST[key]) { MOST[key] = count[id]; BUSIEST[key] = id }
}
function tell(g,   i, parts, place, id, k, before) {
	split(KEY[g], parts, "\001"); split(parts[2], place, " ")
	print "program", shown, BUSIEST[g], MEMBERS[g], SAMPLES[g], parts[1]
	if (place[1] != "-") print "container", shown, place[1], CGROUP[place[1]]
	if (place[2] != "-") print "unit", shown, place[2]
	id = PARENT[BUSIEST[g]]; before = parts[1]
	for (k = 0; k < 4 && id > 1; k++) {
		# Kernel threads have process 2.
		if (id == 2) break
		if (name_of(id) != before) print "by", shown, name_of(id)
		before = name_of(id); id = PARENT[id]
	}
	# Reading the symbols of a program takes up to a second of CPU.
	if (shown < 4 && SAMPLES[g] >= 2 * least) for (i = 1; i <= MEMBERS[g]; i++) print shown, MEMBER[g, i], "- 0 0" >list
}
