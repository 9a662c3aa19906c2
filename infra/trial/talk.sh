# shellcheck shell=bash
# How a trial speaks: what it changes, what it looks at, what was seen and what that means.

VERDICTS=() BAD=0 OPEN=0

say() { printf '%s\n' "$@"; }
seen() { [ -n "$DRY" ] || say "  seen:  $*"; }
means() { [ -n "$DRY" ] || say "  means: $*"; }

change() { # a command that changes something
    if [ -n "$DRY" ]; then say "  $*"; else "$@" >>"$LOG" 2>&1; fi
}

look() { # a command that only asks; what it prints is wanted
    if [ -n "$DRY" ]; then say "  asks: $*" >&2; else "$@" 2>>"$LOG"; fi
}

until_it() { # for so many seconds, every so many: until a command is content
    local left="$1" pause="$2"
    shift 2
    until "$@"; do
        if [ -n "$DRY" ] || [ "$left" -le 0 ]; then return 1; fi
        sleep "$pause"
        left=$((left - pause))
    done
}

somebody_saw() { # 0: yes, 1: no, 2: nobody is there to be asked
    local answer=""
    if [ -n "$DRY" ]; then say "  asks you: $*"; return 0; fi
    printf '  %s [y/n] ' "$*"
    read -r answer || answer=""
    say ""
    case "$answer" in y* | Y*) return 0 ;; n* | N*) return 1 ;; *) return 2 ;; esac
}

logged() { # filter, what to show of each line; in the last hour
    look gcloud logging read "$1" --project "$PROJECT" --freshness 1h --limit 100 --format "$2"
}

lines() { grep -c . || true; }

check() { # number, title, function that returns 0: well, 1: not, 2: not looked at
    local number="$1" title="$2" code=0
    case "$ONLY" in " " | *" $number "*) ;; *) return 0 ;; esac
    say "" "$number. $title"
    "$3" || code=$?
    [ -z "$DRY" ] || return 0
    case "$code" in
        0) VERDICTS+=("$number. $title: well") ;;
        2) VERDICTS+=("$number. $title: not looked at"); OPEN=$((OPEN + 1)) ;;
        *) VERDICTS+=("$number. $title: NOT WELL"); BAD=$((BAD + 1)) ;;
    esac
}

verdict() {
    if [ -n "$DRY" ]; then say "" "Nothing was changed and nothing was asked."; return 0; fi
    say "" ${VERDICTS[@]+"${VERDICTS[@]}"} # bash 3 takes an empty list for one that is not set
    say "$BAD not well, $OPEN not looked at. All that programs said is in $LOG."
    [ "$BAD" -eq 0 ]
}
