#!/bin/sh
# Builds the consumer with nothing but a compiler and pkg-config: pkg_config_test.sh COMPILER PREFIX
set -e
here=$(dirname "$0")
description=$(find "$2" -name equipoise.pc)
PKG_CONFIG_PATH=$(dirname "$description")
export PKG_CONFIG_PATH
program=$(mktemp)
trap 'rm -f "$program"' EXIT
# shellcheck disable=SC2046  # the flags are words
"$1" -std=c++20 -DCONSUMER_LINKS_THE_LIBRARY "$here/consumer.cpp" -o "$program" $(pkg-config --cflags --libs equipoise)
"$program"
