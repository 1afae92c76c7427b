#!/bin/sh
# Makes configure and the Makefile templates from their sources.
cd "$(dirname "$0")" && mkdir -p m4 && exec autoreconf --install --force "$@"
