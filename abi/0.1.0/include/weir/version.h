/* The version of this header. The build reads it from here, so it stands nowhere else. */
#ifndef WEIR_VERSION_H
#define WEIR_VERSION_H

#define WEIR_VERSION_MAJOR 0
#define WEIR_VERSION_MINOR 1
#define WEIR_VERSION_PATCH 0

/* The ABI, counted apart from the version: the major changes when a released function or struct
 * changes or goes (and names the shared library: libweir.so.MAJOR), the minor when one is added. */
#define WEIR_ABI_MAJOR 0
#define WEIR_ABI_MINOR 1
#define WEIR_ABI_VERSION ((WEIR_ABI_MAJOR << 16) | WEIR_ABI_MINOR)

#endif
