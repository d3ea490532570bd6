#include "lookup/prefix_map.h"
