# Runs a program and compares what it prints with a file: cmake -D program=… -D expected=… -P RunAndCompare.cmake
execute_process(COMMAND ${program} OUTPUT_VARIABLE printed ERROR_VARIABLE complaints RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${program} ended with status ${status}:\n${complaints}")
endif()
file(READ ${expected} wanted)
if(NOT printed STREQUAL wanted)
  message(FATAL_ERROR "${program} printed\n${printed}\nwhere ${expected} has\n${wanted}")
endif()
