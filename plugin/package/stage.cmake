# Run by cpack between the installation into its staging folder and the making of the .deb: what Debian's policy wants
# of a package's files.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
set(readable OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
file(COPY ${CPACK_FWX_DEBIAN_FILES} DESTINATION "${root}${CPACK_FWX_DEBIAN_FOLDER}" FILE_PERMISSIONS ${readable})
file(COPY ${CPACK_FWX_LINTIAN_OVERRIDES} DESTINATION "${root}${CPACK_PACKAGING_INSTALL_PREFIX}/share/lintian/overrides"
     FILE_PERMISSIONS ${readable})

# Policy 12.1 and 12.7: manual pages and changelogs are compressed; lintian wants them without a time of their own.
file(GLOB pages "${root}${CPACK_PACKAGING_INSTALL_PREFIX}/share/man/man*/*.[1-9]")
execute_process(COMMAND gzip -9nf ${pages} "${root}${CPACK_FWX_DEBIAN_FOLDER}/changelog.Debian" RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "gzip ended with status ${status}")
endif()

# Policy 10.2: no execute bit on shared objects. (CMake sets it for the tools of other systems.)
file(GLOB_RECURSE objects "${root}/*.so")
file(CHMOD ${objects} PERMISSIONS ${readable})
