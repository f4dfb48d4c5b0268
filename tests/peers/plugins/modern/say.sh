#!/bin/sh
first="$1 $2"; shift 2
echo "$HELM_PLUGIN_NAME $first dir=plugins/$(basename "$HELM_PLUGIN_DIR") $*"
