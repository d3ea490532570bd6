#include "lookup/cybertrace_wire.h"
