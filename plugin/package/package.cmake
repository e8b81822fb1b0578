# What cpack makes of what is installed: a .deb on Debian and its kin, a tarball elsewhere.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(FWX_MAINTAINER "fwx maintainers <maintainers@fwx.invalid>" CACHE STRING
    "Who answers for the package: name and mail address. The default is nobody's (RFC 2606)")

include(GNUInstallDirs)
set(CPACK_PACKAGE_NAME wireshark-plugin-fwx)
set(fwx_doc_folder "${CMAKE_INSTALL_DATAROOTDIR}/doc/${CPACK_PACKAGE_NAME}")
# The documents keep their places, so that the links between them keep working.
file(GLOB_RECURSE fwx_documents RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/plugin/*.md ${CMAKE_SOURCE_DIR}/plugin/schema/*.json ${CMAKE_SOURCE_DIR}/tests/gui/pictures/*.png ${CMAKE_SOURCE_DIR}/plugin/doc/*.png)
foreach(document README.md ${fwx_documents})
    get_filename_component(folder ${document} DIRECTORY)
    install(FILES ${document} DESTINATION "${fwx_doc_folder}/${folder}")
endforeach()

# One plugin serves one Wireshark series. With the series in the version, the packages of several Debian releases can
# lie in one archive, and an upgrade of the system brings the right one.
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}+wireshark${fwx_series}")
set(CPACK_PACKAGE_VENDOR "fwx")
set(CPACK_PACKAGE_CONTACT "${FWX_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark plugin: what would the firewall have said?")
set(CPACK_PACKAGE_DESCRIPTION
"Shows, packet by packet and conversation by conversation, what happened in a
capture and what a stateful firewall (ISA Server, Forefront TMG, Linux, pf
and others) would have done with it, why, and on the evidence of which
frames; proves it with a second capture or the firewall's own log.
.
The command fwx-verdicts answers for captures and folders of them, also as a
report. In Wireshark's window the plugin is there at the next start; its
profile is in the list at the bottom right: \"Firewall verdicts\", or
wireshark -C \"Firewall verdicts\".
.
Wireshark copies a profile into your own configuration when it is taken, and
that copy keeps the buttons and columns of its version: after an upgrade,
delete the copy in Edit, Configuration Profiles, to get the new ones.
.
This build is for Wireshark ${fwx_series}.")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

find_program(FWX_DPKG_SHLIBDEPS dpkg-shlibdeps)
find_program(FWX_DPKG dpkg)
mark_as_advanced(FWX_DPKG_SHLIBDEPS FWX_DPKG)
if(NOT FWX_DPKG)
    set(CPACK_GENERATOR TGZ)
    include(CPack)
    return()
endif()

# ---- Debian ------------------------------------------------------------------------------------------------------

if(NOT FWX_DPKG_SHLIBDEPS)
    message(STATUS "cpack will need the packages dpkg-dev and file: plugin/setup --package installs them.")
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# The libraries' names change with the series, but not with the plugin's: what the plugin is for are these programs.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
math(EXPR fwx_next_minor "${Wireshark_MINOR_VERSION} + 1")
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "tshark (>= ${fwx_series}~), tshark (<< ${Wireshark_MAJOR_VERSION}.${fwx_next_minor}~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS wireshark)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS parallel)

string(TIMESTAMP fwx_package_date "%a, %d %b %Y %H:%M:%S +0000" UTC) # heeds SOURCE_DATE_EPOCH
string(TIMESTAMP fwx_package_year "%Y" UTC)
configure_file(plugin/package/changelog.in package/changelog.Debian @ONLY)
configure_file(plugin/package/copyright.in package/copyright @ONLY)
configure_file(plugin/package/lintian-overrides.in package/${CPACK_PACKAGE_NAME} @ONLY)
# Part of the package only: a plain `cmake --install` has no use for them.
set(CPACK_FWX_DEBIAN_FILES "${CMAKE_BINARY_DIR}/package/changelog.Debian" "${CMAKE_BINARY_DIR}/package/copyright")
set(CPACK_FWX_DEBIAN_FOLDER "${CMAKE_INSTALL_PREFIX}/${fwx_doc_folder}")
set(CPACK_FWX_LINTIAN_OVERRIDES "${CMAKE_BINARY_DIR}/package/${CPACK_PACKAGE_NAME}")
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/plugin/package/stage.cmake")
include(CPack)
