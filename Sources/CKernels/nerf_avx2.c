// fp32 with AVX2 and FMA: twelve sums of eight floats.
#if defined(__x86_64__)
#define LANES 8
#define VECTORS 2
#define ROWS 6
#define TARGET __attribute__((target("avx2,fma")))
#define BACKEND adn_backend_avx2
#define BF16 0
#include "nerf_tile.inc"
#endif
