# shellcheck shell=bash
# Windows programs by Wine, for the scripts beside this one: as the folder's normal user, in a prefix of his.
#
# SPDX-License-Identifier: GPL-2.0-or-later

export WINEPREFIX=${WINEPREFIX:-$HOME/.wine} WINEARCH=win64 WINEDEBUG=-all TZ=UTC
export WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='

windows_path() { echo "Z:${1//\//\\}"; } # PATH: as Windows programs name it

# The server stays: one that ends while the next program starts makes that one fail. And services that the first program
# starts would hold its output, for whose end a pipe waits: the first one has none.
# A prefix is whole when the server that made it has ended, and so written the registry.
wine_up() {
    if [ ! -e "$WINEPREFIX/whole" ]; then
        rm -rf "$WINEPREFIX"
        mkdir -p "$(dirname "$WINEPREFIX")"
        wineboot --init </dev/null >/dev/null 2>&1 || true # it misses 32 bits, as we do not
        wineserver --wait
        touch "$WINEPREFIX/whole"
    fi
    wineserver --persistent || true # one is up already
    wine cmd /c exit </dev/null >/dev/null 2>&1
}
