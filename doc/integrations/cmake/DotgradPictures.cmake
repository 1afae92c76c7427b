# dotgrad_add_pictures(TARGET PROGRAM... [FORMAT svg] [OPTIONS OPTION...])
#
# Draws the computation graph of each program into the binary folder, as NAME.FORMAT, when TARGET is built
# and the program has changed; TARGET is part of `all`. The cache variable DOTGRAD_EXECUTABLE is the command.
include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.21)

if("$ENV{DOTGRAD}" STREQUAL "")
  find_program(DOTGRAD_EXECUTABLE NAMES dotgrad DOC "The command dotgrad")
else()
  find_program(DOTGRAD_EXECUTABLE NAMES "$ENV{DOTGRAD}" DOC "The command dotgrad")
endif()

function(dotgrad_add_pictures target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FORMAT" "OPTIONS")
  if(NOT DOTGRAD_EXECUTABLE)
    message(FATAL_ERROR "dotgrad_add_pictures: the command dotgrad was not found; set DOTGRAD_EXECUTABLE")
  endif()
  if(NOT arg_FORMAT)
    set(arg_FORMAT svg)
  endif()
  set(pictures)
  foreach(program IN LISTS arg_UNPARSED_ARGUMENTS)
    get_filename_component(input "${program}" ABSOLUTE)
    get_filename_component(name "${program}" NAME_WLE)
    set(picture "${CMAKE_CURRENT_BINARY_DIR}/${name}.${arg_FORMAT}")
    # dotgrad leaves an output alone that has the right bytes already; touch tells that it is up to date.
    add_custom_command(
      OUTPUT "${picture}"
      COMMAND "${DOTGRAD_EXECUTABLE}" -MD -MF "${picture}.d" -T "${arg_FORMAT}" ${arg_OPTIONS}
              -o "${picture}" "${input}"
      COMMAND "${CMAKE_COMMAND}" -E touch "${picture}"
      DEPENDS "${input}"
      DEPFILE "${picture}.d"
      COMMENT "Drawing ${name}.${arg_FORMAT}"
      VERBATIM)
    list(APPEND pictures "${picture}")
  endforeach()
  add_custom_target(${target} ALL DEPENDS ${pictures})
endfunction()

cmake_policy(POP)
