// Runs every rule of the test program it is linked into.
#include "check.h"

int main() { return check::runAll(); }
