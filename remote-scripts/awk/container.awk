# What the files of container runtimes tell of the containers in `ids` (lines `ID CGROUP`): one JSON object a line.
# Reads config.v2.json of Docker, the OCI config.json of containerd and CRI-O, containers.json of Podman; the container
# is the one that the path of the file names. Records end at quotes, so that strings and the rest alternate; what
# stands in the strings is hostile. The first file that tells something is believed.
BEGIN {
	while ((getline line < ids) > 0) { id = substr(line, 1, 64); CGROUP[id] = substr(line, 66); order[++count] = id }
	n = split("io.kubernetes.cri.container-name name io.kubernetes.cri.image-name image " \
		"io.kubernetes.cri.sandbox-name pod io.kubernetes.cri.sandbox-namespace namespace " \
		"io.kubernetes.container.name name io.kubernetes.pod.name pod io.kubernetes.pod.namespace namespace " \
		"io.kubernetes.cri-o.ImageName image nerdctl/name own " \
		"com.amazonaws.ecs.container-name name com.amazonaws.ecs.cluster cluster com.amazonaws.ecs.task-arn task " \
		"com.amazonaws.ecs.task-definition-family family " \
		"com.docker.compose.service service com.docker.swarm.service.name service", words, " ")
	for (i = 1; i < n; i += 2) FIELD[words[i]] = words[i + 1]
	RS = "\""
}
function put(field, text) {
	gsub(/\\./, "?", text); gsub(/[^ -~]|["\\]/, "?", text)
	if (!((id, field) in TOLD) && text != "") TOLD[id, field] = substr(text, 1, 200)
}
# A string that is a value: KEY has the names on the way to it.
function value(text,   key, above) {
	key = KEY[depth]; above = KEY[depth - 1]
	# Podman: all containers, each beginning with its id.
	if (first == "[") {
		if (depth == 2 && key == "id") id = text in CGROUP && (mine == "" || text == mine) ? text : ""
		if (id == "") return
		if (depth == 3 && above == "names") put("own", text)
		if (depth == 2 && key == "metadata" && match(text, /image-name\\":\\"[^\\"]+/))
			put("image", substr(text, RSTART + 15, RLENGTH - 15))
	} else if (id == "") return
	else if (depth == 1 && key == "Name") { sub(/^\//, "", text); put("own", text) }
	else if (depth == 2 && above == "Config" && key == "Image") put("image", text)
	else if (key in FIELD && (depth == 2 && above == "annotations" || \
		depth == 3 && above == "Labels" && KEY[1] == "Config")) put(FIELD[key], text)
}
FNR == 1 {
	mine = ""; depth = inside = string = 0; held = ""
	n = split(FILENAME, words, /[\/.]/)
	for (i = 1; i <= n; i++) if (words[i] in CGROUP) mine = words[i]
}
# A quote behind an odd number of backslashes is part of the string.
inside {
	held = held $0
	if (match($0, /\\+$/) && RLENGTH % 2) { held = held "\""; next }
	inside = 0; string = 1; next
}
{
	if (string) { if ($0 ~ /^[ \t\r\n]*:/) KEY[depth] = held; else value(held) }
	inside = 1; string = 0; held = ""
	# Never an opening and a closing brace side by side in this program: to `find` they mean the files.
	gsub(/[^][}{]/, "")
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		if (c == "{" || c == "[") { if (!depth) { first = c; id = (c == "{" ? mine : "") } KEY[++depth] = "" }
		else if (depth) depth--
	}
}
function say(name, text) { if (text != "") printf ",\"%s\":\"%s\"", name, text }
END {
	n = split("image pod namespace cluster family service", words, " ")
	for (i = 1; i <= count; i++) {
		id = order[i]; path = substr(CGROUP[id], 1, index(CGROUP[id], id) - 1); task = TOLD[id, "task"]
		printf "%s{\"id\":\"%s\"", (i > 1 ? "," : ""), substr(id, 1, 12)
		say("name", (id, "name") in TOLD ? TOLD[id, "name"] : TOLD[id, "own"])
		for (k = 1; k <= n; k++) say(words[k], TOLD[id, words[k]])
		# Of Kubernetes: .../kubepods-burstable-pod0123_4567.slice/..., /kubepods/burstable/pod0123-4567/...
		if (TOLD[id, "pod"] == "" && path ~ /kubepods/ && match(path, /pod[0-9a-f][-_0-9a-f]+/)) {
			uid = substr(path, RSTART + 3, RLENGTH - 3); gsub(/_/, "-", uid); say("podUid", uid)
		}
		# Of ECS: /ecs/TASK/ID with cgroup v1, /ecstasks.slice/ecstasks-TASK.slice/docker-ID.scope with v2.
		if (task == "" && match(path, /\/ecs(tasks-|\/([^\/]*\/)*)[-_0-9a-f]+(\.slice)?\//)) {
			task = substr(path, RSTART, RLENGTH); sub(/(\.slice)?\/$/, "", task); sub(/.*(tasks-|\/)/, "", task)
		}
		say("task", task); print "}"
	}
}
