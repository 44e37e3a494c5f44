/* empty.c - stands in for the library's sources while there are none. */
typedef int rs_nothing_here;
