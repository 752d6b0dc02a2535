// fp32 with AVX-512F: twenty-four sums of sixteen floats.
#if defined(__x86_64__)
#define LANES 16
#define VECTORS 2
#define ROWS 12
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma")))
#define BACKEND adn_backend_avx512
#define BF16 0
#include "nerf_tile.inc"
#endif
