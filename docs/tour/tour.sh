#!/bin/sh
# What `make up` shows: sample news written for this purpose goes in, and is found.
# Usage: tour.sh RASAD DATA
set -eu
rasad=$1
data=$2
here=$(dirname "$0")
bold='' plain=''
if [ -t 1 ]; then bold='\033[1m' plain='\033[0m'; fi

show() {
    printf "\n$bold\$ rasad"
    for word in "$@"; do
        case $word in *[!A-Za-z0-9/._:-]*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf "$plain\n"
    "$rasad" "$@" || code=$?
}

export RASAD_DATA="$data"
code=0

echo 'Sample news goes in: a feed, a page, a scraped text and a wire file, one of its lines broken on purpose.'
show ingest "$here/news"

printf '\nThe same query, whatever the letters in front of the word: تركيا finds لتركيا.\n'
show search 'تركيا'
printf '\nWhat is typed without a star is literal; with a star every ending counts.\n'
show search 'الجيش* AND "رئيس الأركان"'
printf '\nOne place has one name in every script: Ankara is أنقرة.\n'
show search 'entity:Ankara' --facets lang,source
printf '\nA query that could be read two ways is refused, with the place and a way out.\n'
show query check 'ship* AND mersin OR cairo'

cat <<TRY

The archive is in $data. Try:
  . .venv/bin/activate && export RASAD_DATA=$data
  rasad search 'title:(ankara AND cairo) AND NOT source:"daily ledger"'
  rasad search '"shipping line" AND lang:en' --json | head -1
  rasad export 'topic:sport' --as csv
  rasad ingest YOURFILE.jsonl          # what it takes: rasad ingest --help
  rasad doctor
TRY
