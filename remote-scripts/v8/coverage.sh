#!/bin/sh
# What V8 is asked for so that it inlines nothing: coverage that notes which functions run. While it is on, V8 compiles
# no function into another that was not reported yet, and nobody asks for a report before the end. When it is taken off,
# code stays as it was compiled; a second round throws it away, so that V8 compiles it anew, with what it inlines.

# The script that sources it uses it (SC2034).
# shellcheck shell=sh disable=SC2034

v8_cover='["Profiler.startPreciseCoverage",{"callCount":false,"detailed":false}]'
v8_uncover='["Profiler.takePreciseCoverage"],["Profiler.stopPreciseCoverage"]'
v8_coverage="{\"begin\":[$v8_cover],\"end\":[],\"undo\":[$v8_uncover,$v8_cover,$v8_uncover]}"
