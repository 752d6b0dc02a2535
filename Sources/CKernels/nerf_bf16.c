// bfloat16 products with fp32 sums: AVX-512 BF16's VDPBF16PS, two products a lane.
#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#define VECTORS 2
#define ROWS 12
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma")))
#define BACKEND adn_backend_bf16
#define BF16 1
#define DOT(sum, weight, pair) ((vf)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)(weight), (__m512bh)(pair)))
#include "nerf_tile.inc"
#endif
