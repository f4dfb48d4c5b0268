#!/bin/sh
# certificate, key, CA, URL
exec cat "${4#local://files}"
