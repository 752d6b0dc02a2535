#!/bin/sh
# Speech in, a video out, in one request:
#
#     Examples/talk.sh http://127.0.0.1:8080 demo speech.wav talk.mp4 [size=128 background=#204060 ...]
set -eu

base=$1 avatar=$2 audio=$3 output=$4
shift 4
for field; do
    set -- "$@" -F "$field"
    shift
done

# On an error what came is no video but the reason.
curl -sS --fail-with-body ${ADNERF_KEY:+-H "Authorization: Bearer $ADNERF_KEY"} -H 'Accept: video/mp4' \
    -F avatar="$avatar" -F audio=@"$audio" "$@" -o "$output" "$base/v1/videos" ||
    { cat "$output" >&2; rm -f "$output"; exit 1; }
