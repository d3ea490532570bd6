/* G5: a host that exports an RE2 and a oneTBB of its own. The library must keep to its own ones
 * when it is opened as the header's documentation says, with DEEPBIND.
 *
 *   g5_clash LIBRARY          the gate
 *   g5_clash LIBRARY plain    without DEEPBIND: to see what would happen
 *
 * The functions of the host's RE2 and oneTBB (g5_make_clash.py) end the program when called.
 */
#include "loaded.h"

/* re2::RE2::~RE2(): RE2's constructors have had several signatures, its destructor one. */
static const char own_function[] = "_ZN3re23RE2D1Ev";

/* Without this the gate would prove nothing. */
static void check_exported(void) {
  Dl_info info;
  Dl_info self;
  void* found = dlsym(RTLD_DEFAULT, own_function);
  require(found != NULL, "the host exports its RE2");
  require(dladdr(found, &info) != 0, "its RE2 is in some file");
  require(dladdr(dlsym(RTLD_DEFAULT, "main"), &self) != 0, "the host exports main");
  require(info.dli_fbase == self.dli_fbase, "the first RE2 in the process is the host's");
}

int main(int argc, char** argv) {
  loaded library;
  weir_engine* engine;
  require(argc >= 2, "usage: g5_clash LIBRARY [plain]");
  check_exported();
  library = open_library(argv[1], argc > 2 ? RTLD_NOW | RTLD_LOCAL : OPEN_FLAGS);
  engine = create_engine(&library);
  require(feed_events(&library, engine) == USED_EVENTS / 10, "all events matched and aggregated");
  require(library.destroy_engine(engine, NULL) == WEIR_OK, "destroy");
  require(dlclose(library.handle) == 0, "dlclose");
  puts("the library kept to its own RE2 and oneTBB");
  return 0;
}
