# Where the shared names of a 64-bit little-endian ELF file are, from its bytes as decimal numbers. In three steps, for
# the file is read piece by piece. part=header: the program headers; part=dynamic: the dynamic section; part=names: the
# names, from the program headers and, after a line `dynamic`, that section. Prints offset and length, or nothing.
{ for (i = 1; i <= NF; i++) if ($1 == "dynamic") second = 1; else if (second) D[m++] = $i; else B[n++] = $i }
function whole(first, width,   v, k) { for (k = width - 1; k >= 0; k--) v = v * 256 + B[first + k]; return v }
function entry(first,   v, k) { for (k = 7; k >= 0; k--) v = v * 256 + D[first + k]; return v }
END {
	if (part == "header") {
		# Magic, 64 bits, little-endian.
		if (B[0] != 127 || B[1] != 69 || B[2] != 76 || B[3] != 70 || B[4] != 2 || B[5] != 1) exit
		count = whole(56, 2)
		if (whole(54, 2) == 56 && count > 0 && count < 100) printf "%.0f %d\n", whole(32, 8), count * 56
		exit
	}
	for (at = 0; at + 56 <= n; at += 56) {
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
