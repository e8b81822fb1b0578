# A file as a string in C: cmake -DFROM=FILE -DTO=FILE.c -DNAME=SYMBOL -P embed.cmake
#
# SPDX-License-Identifier: GPL-2.0-or-later

file(READ "${FROM}" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${TO}" "extern const unsigned char ${NAME}[];\nconst unsigned char ${NAME}[] = {\n${bytes}0};\n")
