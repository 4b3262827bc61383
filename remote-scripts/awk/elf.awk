# Where the shared names of a 64-bit little-endian ELF file are, from its bytes as decimal numbers: its first bytes, and
# for part=names, after a line `dynamic`, those of the dynamic section, of which part=dynamic tells where it is. Prints
# offset and length, or nothing.
{ for (i = 1; i <= NF; i++) if ($1 == "dynamic") second = 1; else if (second) D[m++] = $i; else B[n++] = $i }
function whole(start, width,   v, k) { for (k = width - 1; k >= 0; k--) v = v * 256 + B[start + k]; return v }
function entry(start,   v, k) { for (k = 7; k >= 0; k--) v = v * 256 + D[start + k]; return v }
END {
	# Magic, 64 bits, little-endian, program headers of 56 bytes.
	if (B[0] != 127 || B[1] != 69 || B[2] != 76 || B[3] != 70 || B[4] != 2 || B[5] != 1 || whole(54, 2) != 56) exit
	first = whole(32, 8); last = first + 56 * whole(56, 2)
	for (at = first; at + 56 <= n && at < last; at += 56) {
		kind = whole(at, 4)
		if (kind == 2 && part == "dynamic" && whole(at + 32, 8) < 65536) {
			printf "%.0f %d\n", whole(at + 8, 8), whole(at + 32, 8)
			exit
		}
		if (kind != 1) continue
		OFFSET[++loads] = whole(at + 8, 8); FROM[loads] = whole(at + 16, 8); SIZE[loads] = whole(at + 32, 8)
	}
	for (at = 0; at + 16 <= m; at += 16) {
		if (entry(at) == 5) names = entry(at + 8)
		if (entry(at) == 10) size = entry(at + 8)
	}
	# No program shares more than some MB of names.
	if (part != "names" || !size || size > 33554432) exit
	for (i = 1; i <= loads; i++) if (names >= FROM[i] && names < FROM[i] + SIZE[i])
		printf "%.0f %.0f\n", OFFSET[i] + names - FROM[i], size
}
