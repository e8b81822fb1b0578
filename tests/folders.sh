# shellcheck shell=bash
# Debian folders to test in: made with debootstrap, kept between runs, entered with chroot. For tests/matrix and
# tests/package, which source this file. Everything runs in namespaces of its own, so that mounts and processes end
# with the command, whatever ends it.
#
# In $folders:
#   SUITE.base/         a minimal Debian, as debootstrap makes it, with the machine's apt settings
#   SUITE/              a copy in which tests/matrix installs and runs what the tests need
#   archives/SUITE/     the packages that apt has downloaded
#   logs/
#
# SPDX-License-Identifier: GPL-2.0-or-later

# shellcheck disable=SC2016 # in single quotes: what apt, or the shell in a folder, expands

folders=${FWX_FOLDERS:-${XDG_CACHE_HOME:-$HOME/.cache}/fwx-folders}
project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

say() { echo "${0##*/}: $*" >&2; }

need_root() {
    [ "$(id -u)" = 0 ] && return
    say "chroot and mount need root: sudo tests/${0##*/}"
    exit 1
}

need_debootstrap() { # and keys that know Debian's archive, on a machine with another system
    "$project/plugin/setup" --install debootstrap debian-archive-keyring
}

# ---- the machine's apt --------------------------------------------------------------------------------------

apt_archive() { # LABEL: where this machine's apt gets Debian's packages from; nothing where it has no such source
    command -v apt-get >/dev/null || return 0
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F '|' -v label="$1" '$1 == "Debian" && $2 == label { print $3; exit }'
}

apt_proxy() {
    command -v apt-config >/dev/null || return 0
    local proxy=
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    echo "$proxy"
}

write_sources() { # FOLDER SUITE MIRROR SECURITY
    {
        echo "deb $3 $2 main"
        case $2 in
            sid | unstable) ;;
            *) echo "deb $3 $2-updates main"
               [ -z "$4" ] || echo "deb $4 $2-security main" ;;
        esac
    } >"$1/etc/apt/sources.list"
}

copy_machine_settings() { # FOLDER: how apt gets at its archives from here
    local file
    if command -v apt-config >/dev/null; then
        apt-config dump Acquire | grep -Ev '^Acquire::(IndexTargets|Changelogs|cdrom)' >"$1/etc/apt/apt.conf.d/90machine"
    fi
    for file in /etc/hosts /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt /etc/apt/auth.conf; do
        [ ! -e "$file" ] || install -D -m 644 "$file" "$1$file"
    done
}

# ---- going in ---------------------------------------------------------------------------------------------------

alone() { # COMMAND...: its mounts and processes end with it
    unshare --mount --pid --fork --kill-child --mount-proc -- "$@"
}

inside() { # FOLDER COMMAND...: as root
    local folder=$1 suite=${1##*/}
    suite=${suite%%.*}
    shift
    mkdir -p "$folders/archives/$suite"
    alone bash -euc '
        folder=$1 archives=$2
        shift 2
        mount -t proc proc "$folder/proc"
        mount -t tmpfs -o mode=1777 tmpfs "$folder/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$folder/dev/pts"
        mount --bind "$archives" "$folder/var/cache/apt/archives"
        # Not the first process, which some programs are not fit to be: bash is, and buries orphans.
        chroot "$folder" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive ${http_proxy+http_proxy="$http_proxy"} "$@" || exit $?' \
        inside "$folder" "$folders/archives/$suite" "$@" </dev/null
}

# ---- making -----------------------------------------------------------------------------------------------------

whole() { # FOLDER: made to the end, and nothing broken since
    [ -e "$1/etc/fwx-folder" ] && inside "$1" sh -c 'test -z "$(dpkg --audit)" && apt-get check' >/dev/null 2>&1
}

make_base() ( # SUITE
    suite=$1 base=$folders/$1.base new=$folders/$1.new
    if whole "$base"; then return; fi
    say "$suite: making $base"
    rm -rf "$base" "$new"
    mirror=$(apt_archive Debian)
    proxy=$(apt_proxy)
    [ -z "$proxy" ] || export http_proxy=$proxy
    # shellcheck disable=SC2086 # no mirror is no word: debootstrap has a default
    alone debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$new" $mirror
    [ -n "$mirror" ] || mirror=$(awk '$1 == "deb" { print $2; exit }' "$new/etc/apt/sources.list")
    write_sources "$new" "$suite" "$mirror" "$(apt_archive Debian-Security)"
    copy_machine_settings "$new"
    # Nobody mourns a cache after a power cut; and nothing that is installed here shall start.
    echo force-unsafe-io >"$new/etc/dpkg/dpkg.cfg.d/90fwx"
    printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
    chmod 755 "$new/usr/sbin/policy-rc.d"
    inside "$new" sh -ec 'apt-get update; apt-get -y dist-upgrade; echo "$1" >/etc/fwx-folder' sh "$suite"
    mv "$new" "$base"
)

make_folder() { # SUITE: the one that tests/matrix uses
    if whole "$folders/$1"; then return; fi
    make_base "$1"
    rm -rf "${folders:?}/$1" "$folders/$1.copy"
    cp -a "$folders/$1.base" "$folders/$1.copy"
    mv "$folders/$1.copy" "$folders/$1"
}

lock() { # SUITE: until this shell ends
    mkdir -p "$folders/logs"
    exec 9>"$folders/$1.lock"
    flock --nonblock 9 && return
    say "$1: waiting for another run to end"
    flock 9
}

copy_source() { # FOLDER: the working tree, without what git ignores, to /fwx there
    rm -rf "$1/fwx"
    mkdir "$1/fwx"
    git -C "$project" ls-files -z --cached --others --exclude-standard |
        (cd "$project" && xargs -0 sh -c 'for f; do [ ! -e "$f" ] || printf "%s\0" "$f"; done' sh) |
        tar -C "$project" --null --files-from=- --owner=0 --group=0 -cf - | tar -C "$1/fwx" -xf -
}
