#!/bin/sh
# The engine that visits processes, as text: it is read in only where it is wanted.

# The caller sets the variables (SC2154), and the engine reads those that it is handed (SC2034).
# shellcheck disable=SC2034,SC2154

v8_checks_sh='@v8/checks.sh@'
v8_engine_sh='@v8/engine.sh@'
v8_visit='@v8/visit.js@'
v8_target='@v8/target.js@'

v8_work=''
# Seconds: a process that has only just started is not disturbed. The variable is for tests and for the sandbox.
v8_min_age=${SMOKEJUMPER_V8_MIN_AGE:-60}
v8_any=${SMOKEJUMPER_V8_ANY:-}
# What is undone when we were killed in the midst of a visit.
v8_marks=''

load_v8() {
	eval "$v8_checks_sh
$v8_engine_sh"
	v8_work=$work/v8
	mkdir "$v8_work"
}
