# Stacks -> frames, tree, samples. Reads `procs` (index pid map base size; many pids may have one index), `census`
# (names of threads), `ticks` (sizes of the maps) and, on stdin, the text of perf script; what belongs to the processes
# in `others` goes to `divert`, one sample in `every`. Fast because a line that was seen before costs one look-up.
BEGIN { make_digits(); read_inputs() }
function make_digits(   i) {
	for (i = 0; i < 40; i++) { LAST[i] = sprintf("%c", 47 + i); MORE[i] = sprintf("%c", 87 + i) }
	for (i = 0; i < 16; i++) HEX[substr("0123456789abcdef", i + 1, 1)] = i
}
# What the shell and the census have noted.
function read_inputs(   line, w, p, name) {
	while ((getline line < procs) > 0) {
		split(line, w, " "); process[w[2]] = w[1]; MAP[w[1]] = w[3]; BASE[w[1]] = w[4]; ENDS[w[1]] = w[4] + w[5]
		if (w[1] >= nprocs) nprocs = w[1] + 1
	}
	if (others != "") while ((getline line < others) > 0) { split(line, w, " "); OTHER[w[2]] = 1 }
	while ((getline line < ticks) > 0) if (line ~ /^M /) {
		split(line, w, " ")
		if (w[3] in process) { p = process[w[3]]; NOTED[p, ++NOTES[p]] = (w[2] - start) / bin; SIZE[p, NOTES[p]] = w[4] }
	}
	while ((getline line < census) > 0) if (line ~ /^tid /) {
		split(line, w, " "); name = line; sub(/^tid [^ ]+ [^ ]+ ?/, "", name); NAME[w[2], w[3]] = name
	}
}
# Bijective base 40: the last digit is one of / to V, those before it are W to ~.
function num(n,   m, s) {
	if (n < 40) return LAST[n]
	if (n in NUM) return NUM[n]
	s = LAST[n % 40]; m = int(n / 40)
	while (m > 0) { m--; s = MORE[m % 40] s; m = int(m / 40) }
	return NUM[n] = s
}
# Numbers below n take the fewest digits, of the smallest base, that hold them all: gzip likes that.
function range(kind, n,   w, b, v, i) {
	v = 1; do { w++; v *= 80 } while (v < n)
	do { b++; v = 1; for (i = 0; i < w; i++) v *= b } while (v < n)
	WIDTH[kind] = w; RADIX[kind] = b
}
function fixed(kind, n,   i, s, m) {
	if ((kind, n) in FIXED) return FIXED[kind, n]
	m = n
	for (i = WIDTH[kind]; i > 0; i--) { s = sprintf("%c", 47 + m % RADIX[kind]) s; m = int(m / RADIX[kind]) }
	return FIXED[kind, n] = s
}
function hex(s,   i, v, n) {
	n = length(s); v = 0
	for (i = 1; i <= n; i++) v = v * 16 + HEX[substr(s, i, 1)]
	return v
}
# The page before, as text.
function hexdec(s,   n, c) {
	n = length(s) - 1; c = HEX[substr(s, n + 1)]; s = substr(s, 1, n)
	return c > 0 ? s substr("0123456789abcdef", c, 1) : (n > 0 ? hexdec(s) : "") "f"
}
# A frame line seen for the first time: TAB address symbol (module). The module is in the last balanced brackets.
function learn(line,   s, p, ip, rest, i, c, nesting, sym, dso) {
	s = substr(line, 2); sub(/^ +/, "", s); p = index(s, " "); ip = substr(s, 1, p - 1); rest = substr(s, p + 1)
	if (ip !~ /^[0-9a-f]+$/) { bad++; return F[line] = 0 }
	if (rest in R) return F[line] = R[rest]
	sym = rest; dso = "[unknown]"
	if (match(rest, /\([^()]*\)$/)) { dso = substr(rest, RSTART + 1, RLENGTH - 2); sym = substr(rest, 1, RSTART - 1) }
	else if (rest ~ /\)$/) for (i = length(rest); i > 0; i--) {
		c = substr(rest, i, 1)
		if (c == ")") nesting++
		else if (c == "(" && --nesting == 0) {
			dso = substr(rest, i + 1, length(rest) - i - 1); sym = substr(rest, 1, i - 1); break
		}
	}
	sub(/ +$/, "", sym); sym = clean(sym); dso = clean(dso)
	# The service demangles: a name that is cut can only be read as far as it goes.
	if (length(sym) > 4000) sym = substr(sym, 1, 3997) "..."
	if (sym == "") sym = "[unknown]"
	if (dso ~ /^\/tmp\/perf-[0-9]+\.map$/ || dso == "//anon" || dso ~ /^\[anon.*\]$/ ||
	    (dso == "[unknown]" && length(ip) > 8 && length(ip) < 13)) {
		IP[line] = ip; SYM[line] = sym; DSO[line] = dso
		return F[line] = -1
	}
	MOD[++raw] = dso; SYM[raw] = sym
	return F[line] = R[rest] = raw
}
# Code made at run time: the same address is another function in another process.
function jit(line,   r) {
	if ((now, line) in J) return J[now, line]
	r = J[now, line] = ++raw
	PROC[r] = now; IP[r] = IP[line]; SYM[r] = SYM[line]; MOD[r] = DSO[line]
	return r
}
function close_sample(   i, node, c) {
	open = 0
	for (i = depth; i > 0; i--) {
		c = CHILD[node + 0, stack[i]]
		if (c == "") { c = CHILD[node + 0, stack[i]] = ++nodes; PARENT[c] = node + 0; FRAME[c] = stack[i] }
		node = c
	}
	NODE[++samples] = node + 0; THREAD[samples] = thread; BIN[samples] = at
	if (at >= bins) bins = at + 1
	if (period != usual) PERIOD[samples] = period
}
function add_frame(line,   f) {
	f = (line in F) ? F[line] : learn(line)
	if (f < 0) f = jit(line)
	if (f) stack[++depth] = f
}
open && ($0 in F) {
	if ((known = F[$0]) < 0) known = jit($0)
	if (known) stack[++depth] = known
	next
}
/^$/ { if (open) close_sample(); if (aside) print "" >divert; aside = 0; next }
/^\t/ { if (open) add_frame($0); else if (aside) print >divert; next }
match($0, /^ *[0-9]+\/[0-9]+ +[0-9]+\.[0-9]+: +[0-9]+ */) {
	if (open) close_sample()
	split($1, ids, "/"); depth = 0; open = ids[1] in process
	if (!open && (ids[1] in OTHER)) {
		aside = (every < 2 || !(strangers++ % every))
		if (aside) print >divert
		next
	}
	if (!open) { strange++; next }
	if ($2 + 0 < start + 0 || (ends != "" && $2 + 0 >= ends + 0)) { open = 0; next }
	if ($2 + 0 > newest) newest = $2 + 0
	now = process[ids[1]]; period = $3 + 0; if (!usual) usual = period
	if (!(($1) in TID)) { TID[$1] = threads++; OF[TID[$1]] = now; PIDOF[TID[$1]] = ids[1]; WHO[TID[$1]] = ids[2] }
	thread = TID[$1]; at = int(($2 - start) / bin + 0.00001)
	if (at < latest[thread] + 0) at = latest[thread]
	latest[thread] = at
	# Without a stack perf writes the only frame on the same line.
	if (RLENGTH < length($0)) add_frame("\t" substr($0, RLENGTH + 1))
	next
}
{ bad++ }

# A text that may be anything, and as a number: far below zero, where nothing is, when it is none. Short ones come
# again and again.
function clean(s) { gsub(/[[:cntrl:]]/, "?", s); return s }
function number(s) { s = tolower(s); return s ~ /^[0-9a-f]+$/ ? hex(s) : -1e18 }
function small(s) { return s in SMALL ? SMALL[s] : (SMALL[s] = number(s)) }
# The sampled addresses of a process: those on a page (first, AFTER; mawk finds only small numbers fast, so pages share
# them), and for that page and the one before, as text, where it begins (near) and between which addresses the samples
# are (low, high). Returns a page, nothing where there is none.
function find_pages(p, near, low, high, first,   r, v, s, k, page) {
	for (r = 1; r <= raw; r++) if ((r in PROC) && PROC[r] == p) {
		limits(r, p); v = VALUE[r] = hex(IP[r]); page = int(v / 4096); k = page % 65536
		AFTER[r] = first[k]; first[k] = r; s = substr(IP[r], 1, length(IP[r]) - 3)
		for (k = 0; k < 2; k++) {
			if (!(s in near)) near[s] = (page - k) * 4096
			if (!(s in low) || v < low[s]) low[s] = v
			if (v > high[s]) high[s] = v
			s = hexdec(s)
		}
	}
	return page
}
# Every map entry that covers a sampled address, oldest first. Only lines near a sampled page, and those of code of
# 4 KiB and more, are looked at closely.
function read_map(p,   near, low, high, first, file, next_at, line, i, s, z, a, k, from, to, page, r, name) {
	if (find_pages(p, near, low, high, first) == "" || MAP[p] == "-") return
	file = MAP[p]; next_at = BASE[p]
	while ((getline line < file) > 0) {
		i = next_at; next_at += length(line) + 1
		# Torn: no line end yet.
		if (next_at > ENDS[p]) break
		if (line < "1") sub(/^0[xX]?0*/, "", line)
		a = index(line, " "); s = substr(line, 1, a - 4)
		if (!(s in near) && index(substr(line, a + 1, 4), " ")) continue
		name = substr(line, a + 1); k = index(name, " "); z = substr(name, 1, k - 1); name = substr(name, k + 1)
		if (z < "1") sub(/^0[xX]?0*/, "", z)
		# No code is as large as 16 MiB; such entries are forged or torn.
		if (z == "" || length(z) > 6 || a < 2 || a > 14) continue
		if (length(z) > 3) { from = number(substr(line, 1, a - 1)); to = from + number(z) }
		else if (s in near) {
			from = near[s] + small(substr(line, a - 3, 3)); to = from + small(z)
			if (from > high[s] || to <= low[s]) continue
		} else continue
		for (page = int(from / 4096); page * 4096 < to; page++) if ((k = page % 65536) in first)
			for (r = first[k]; r; r = AFTER[r]) if (VALUE[r] >= from && VALUE[r] < to)
				cover(r, i, clean(name))
	}
	close(file)
}
# How large the map was when the address was first and last sampled, as far as it was noted.
function limits(r, p,   k) {
	LOW[r] = 0; HIGH[r] = 4294967296
	for (k = 1; k <= NOTES[p] && NOTED[p, k] < FIRST[r] - 0.1; k++) LOW[r] = SIZE[p, k]
	for (k = NOTES[p]; k > 0 && NOTED[p, k] > FINAL[r] + 1.1; k--) HIGH[r] = SIZE[p, k]
}
# Of the entries that surely existed at the first sample only the newest can be right, and none that came after the
# last; equal names in a row are one.
function cover(r, offset, name) {
	if (offset >= HIGH[r]) return
	if (offset < LOW[r]) { HITS[r] = 1; HIT[r, 1] = name; HITAT[r, 1] = 0; return }
	if (HITS[r] && HIT[r, HITS[r]] == name) return
	HITS[r]++; HIT[r, HITS[r]] = name; HITAT[r, HITS[r]] = offset
}
function entry(mod, text,   key) {
	key = mod "\001" text
	if (!(key in ENTRY)) { ENTRY[key] = ++entries; KEY[entries] = key; ENTRYMOD[entries] = mod; TEXT[entries] = text }
	return ENTRY[key]
}
# Final frames: ENTRY for what is certain, WIDE for what depends on the time of the sample.
function settle(r,   k, key, only) {
	if (!(r in PROC)) return entry(MOD[r], "." SYM[r])
	if (!HITS[r]) return MOD[r] == "[unknown]" ? entry(MOD[r], "." SYM[r]) : entry("[JIT]", "?" SYM[r])
	only = HIT[r, 1]
	if (HITS[r] == 1 && HITAT[r, 1] < LOW[r]) return entry("[JIT]", (only == SYM[r] ? "=" : "~") only)
	key = PROC[r] " " entry("[JIT]", ":" SYM[r])
	for (k = 1; k <= HITS[r]; k++) key = key " " sprintf("%d", HITAT[r, k]) ":" entry("[JIT]", ":" HIT[r, k])
	if (!(key in WIDE)) { WIDE[key] = ++wides; WIDEKEY[wides] = key }
	return -WIDE[key]
}
function sort_entries(   width, low, mid, high, i, j, k) {
	for (i = 1; i <= entries; i++) ORDER[i] = i
	for (width = 1; width < entries; width *= 2) {
		for (low = 1; low <= entries; low += 2 * width) {
			mid = low + width; high = mid + width; if (mid > entries + 1) mid = entries + 1
			if (high > entries + 1) high = entries + 1
			i = low; j = mid
			for (k = low; k < high; k++)
				SPARE[k] = (i < mid && (j >= high || KEY[ORDER[i]] <= KEY[ORDER[j]])) ? ORDER[i++] : ORDER[j++]
		}
		for (k = 1; k <= entries; k++) ORDER[k] = SPARE[k]
	}
	for (k = 1; k <= entries; k++) PLACE[ORDER[k]] = k - 1
}
function write_frames(   k, mod, n, f, i, c) {
	print "frames", entries + wides
	for (k = 1; k <= entries; k++) {
		if (ENTRYMOD[ORDER[k]] != mod) { mod = ENTRYMOD[ORDER[k]]; print "@" mod }
		print TEXT[ORDER[k]]
	}
	for (k = 1; k <= wides; k++) {
		n = split(WIDEKEY[k], f, " "); printf "*%d %d", f[1], PLACE[f[2]]
		for (i = 3; i <= n; i++) { split(f[i], c, ":"); printf " %s:%d", c[1], PLACE[c[2]] }
		print ""
	}
}
# Busy threads first, so that their numbers are short. Stable.
function sort_threads(   t, k, of) {
	for (t = 0; t < threads; t++) {
		for (k = t; k > 0 && USED[t] > USED[QUEUE[k - 1]]; k--) QUEUE[k] = QUEUE[k - 1]
		QUEUE[k] = t
	}
	print "threads", threads + 0
	for (k = 0; k < threads; k++) {
		t = QUEUE[k]; RANK[t] = k
		print OF[t], WHO[t], NAME[PIDOF[t], WHO[t]]
	}
}
function put(k, text) {
	CHUNK[k] = CHUNK[k] text
	if (length(CHUNK[k]) > 1000) { LINE[k, CHUNKS[k]++] = CHUNK[k]; CHUNK[k] = "" }
}
# The samples of a node, by thread and time: how many, whose, when.
function put_samples(node,   i, k, t, n) {
	for (i = 2; i <= USERS[node]; i++) {
		t = USER[node, i]
		for (k = i; k > 1 && RANK[USER[node, k - 1]] > RANK[t]; k--) USER[node, k] = USER[node, k - 1]
		USER[node, k] = t
	}
	for (i = 1; i <= USERS[node]; i++) {
		t = USER[node, i]; n += OFTEN[node, t]; put(3, TIMES[node, t])
		for (k = 0; k < OFTEN[node, t]; k++) put(2, fixed("thread", RANK[t]))
	}
	put(1, num(n - 1))
}
function write_tree(   node, up) {
	print "tree", merged + 0
	if (USERS[0]) { printf "."; put_samples(0) }
	node = KID[0]; up = 0
	while (node) {
		for (; up > 13; up -= 13) printf "-"
		printf "%s%s%s", (up ? sprintf("%c", 32 + up) : ""), fixed("frame", KIND[node]), (USERS[node] && KID[node] ? "." : "")
		if (USERS[node]) put_samples(node)
		up = 0
		if (KID[node]) { node = KID[node]; continue }
		up = 1
		while (node && !NEXT[node]) { node = OVER[node]; up++ }
		node = node ? NEXT[node] : 0
	}
	print ""
}
# When each frame was first and last seen: children come after their parents.
function note_times(   i, n, f, p) {
	for (i = 1; i <= samples; i++) { n = NODE[i]; if (!(n in BEGAN)) BEGAN[n] = BIN[i]; ENDED[n] = BIN[i] }
	for (n = nodes; n > 0; n--) {
		f = FRAME[n]; p = PARENT[n]
		if (!(p in BEGAN) || BEGAN[n] < BEGAN[p]) BEGAN[p] = BEGAN[n]
		if (!(p in ENDED) || ENDED[n] > ENDED[p]) ENDED[p] = ENDED[n]
		if (!(f in FIRST) || BEGAN[n] < FIRST[f]) FIRST[f] = BEGAN[n]
		if (!(f in FINAL) || ENDED[n] > FINAL[f]) FINAL[f] = ENDED[n]
	}
}
function name_frames(   p, r) {
	for (p = 0; p < nprocs; p++) read_map(p)
	for (r = 1; r <= raw; r++) SETTLED[r] = settle(r)
}
# Equal frames become one, and so do the nodes that differed in nothing but an address.
function merge_nodes(   n, f, parent) {
	for (n = 1; n <= nodes; n++) {
		f = SETTLED[FRAME[n]]; f = f < 0 ? entries - f - 1 : PLACE[f]; parent = SAME[PARENT[n]] + 0
		if (!((parent, f) in MERGED)) { MERGED[parent, f] = ++merged; KIND[merged] = f; OVER[merged] = parent }
		SAME[n] = MERGED[parent, f]
	}
	# Children in the order of their frames: pushed to the front of the list of the parent, last frame first.
	for (n = 1; n <= merged; n++) { LINK[n] = HEAD[KIND[n]]; HEAD[KIND[n]] = n }
	for (f = entries + wides - 1; f >= 0; f--) for (n = HEAD[f]; n; n = LINK[n]) {
		NEXT[n] = KID[OVER[n]]; KID[OVER[n]] = n
	}
}
function place_samples(   i, n, t) {
	range("frame", entries + wides); range("thread", threads); range("bin", bins)
	for (i = 1; i <= samples; i++) {
		n = SAME[NODE[i]] + 0; t = THREAD[i]; USED[t]++
		if (!OFTEN[n, t]++) USER[n, ++USERS[n]] = t
		TIMES[n, t] = TIMES[n, t] ((i in PERIOD) ? "#" num(PERIOD[i]) : "") fixed("bin", BIN[i])
	}
}
# The optimised functions that are nearest to most samples, by process: V8 may have inlined others into them.
function write_hot(   n, r, name, i, key) {
	if (hot == "") return
	printf "" >hot
	for (n = 1; n <= nodes; n++) {
		r = FRAME[n]; NEAR[n] = NEAR[PARENT[n]]
		if (!(r in PROC)) continue
		name = HITS[r] ? HIT[r, HITS[r]] : SYM[r]
		if (name ~ /^(JS|LazyCompile|Function|Script|Eval|Handler):/) NEAR[n] = PROC[r] " " name
	}
	for (i = 1; i <= samples; i++) if (NEAR[NODE[i]] ~ /^[0-9]+ [A-Za-z]+:o?[*+]/) HOT[NEAR[NODE[i]]]++
	for (key in HOT) if (HOT[key] > 3) {
		i = index(key, " "); print substr(key, 1, i - 1), HOT[key], substr(key, i + 1) >hot
	}
}
function write_samples(   i, k) {
	print "bins", bins + 0
	print "samples", samples + 0
	for (k = 1; k <= 3; k++) {
		for (i = 0; i < CHUNKS[k]; i++) printf "%s", LINE[k, i]
		print CHUNK[k]
	}
}
END {
	if (open) close_sample()
	note_times()
	name_frames(); write_hot()
	sort_entries(); write_frames()
	merge_nodes(); place_samples()
	sort_threads(); write_tree(); write_samples()
	printf "drawn %d\nbad %d\nstrange %d\nperiod %.0f\nframes %d\nnodes %d\nlast %.6f\n", samples, bad, strange, usual, \
		entries + wides, merged, newest >trailer
}
