#!/bin/sh
sed "s/^kind:/$1: $HELM_PLUGIN_NAME\nkind:/"
