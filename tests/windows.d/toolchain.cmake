# For Windows x64 with MinGW-w64 and the Universal C Runtime, which is Wireshark's own for Windows, too.
# SPDX-License-Identifier: GPL-2.0-or-later
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(fwx_target x86_64-w64-mingw32ucrt)
set(CMAKE_C_COMPILER ${fwx_target}-gcc)
set(CMAKE_CXX_COMPILER ${fwx_target}-g++)
set(CMAKE_RC_COMPILER ${fwx_target}-windres)
set(CMAKE_FIND_ROOT_PATH /windows/official /windows/prefix /windows/wireshark) # see host
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
