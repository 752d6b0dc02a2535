// fp32 with the 128-bit vectors that every 64-bit machine has.
#define LANES 4
#define VECTORS 2
#define ROWS 4
#define TARGET
#define BACKEND adn_backend_portable
#define BF16 0
#include "nerf_tile.inc"
