// The BF16 path's numbers on any machine: products of bfloat16 pairs, summed in fp32.
#define LANES 4
#define VECTORS 2
#define ROWS 4
#define TARGET
#define BACKEND adn_backend_bf16_portable
#define BF16 1
#define DOT(sum, weight, pair) dot_pairs(sum, (vi)(weight), pair)
#include <stdint.h>
typedef float pairs_f __attribute__((vector_size(16), aligned(4)));
typedef int32_t pairs_i __attribute__((vector_size(16), aligned(4)));
static inline __attribute__((always_inline)) pairs_f dot_pairs(pairs_f sum, pairs_i weight, pairs_i pair) {
    const pairs_i high = (pairs_i){0} + (int32_t)0xffff0000;
    sum += (pairs_f)(weight << 16) * (pairs_f)(pair << 16);
    return sum + (pairs_f)(weight & high) * (pairs_f)(pair & high);
}
#include "nerf_tile.inc"
