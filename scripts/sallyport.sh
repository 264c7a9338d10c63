#!/bin/sh
# In the image: `sallyport` serves, `sallyport COMMAND [OPTIONS]` runs a command; `sallyport --help` lists them. Needs no npm.
# exec, so that signals reach the server itself. The flags are those of the start: V8 takes no compiled code from a
# differently set one.
exec node --max-semi-space-size=16 --enable-source-maps "$(dirname "$(readlink -f "$0")")/dist/src/main.js" "$@"
