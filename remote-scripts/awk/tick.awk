# Notes the state of the machine at the second `up` of its clock. Arguments: the folder /proc/PID of each process.
# Prints the lines T (time), L (load), C (CPU) and P (pid, CPU ticks, start, parent, name).
BEGIN {
	print "T", up
	if ((getline line < "/proc/loadavg") > 0) print "L", line
	while ((getline line < "/proc/stat") > 0) if (line ~ /^cpu /) print "C", line
	for (i = 1; i < ARGC; i++) {
		file = ARGV[i] "/stat"; text = ""
		while ((getline line < file) > 0) text = text (text == "" ? "" : "?") line
		close(file)
		# The name stands in brackets and may hold anything, brackets and line ends too: look from the right.
		if (!match(text, /.*\) /)) continue
		name = substr(text, 1, RLENGTH - 2); pid = text + 0
		split(substr(text, RLENGTH + 1), f, " ")
		sub(/^[0-9]+ \(/, "", name); gsub(/[[:cntrl:]]/, "?", name)
		print "P", pid, f[12] + f[13], f[20], f[2], name
	}
}
