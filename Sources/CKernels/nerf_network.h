// The packed network, private to the kernels.
#ifndef NERF_NETWORK_H
#define NERF_NETWORK_H

#include "nerf_kernels.h"

// A packed layer: panels of `panel` units, each [inputs][panel] (or [inputs / 2][panel][2] for 16-bit products).
typedef struct {
    void *weight;   // packed
    float *bias;    // [out_padded]; zero where the bias comes folded
    int32_t inputs; // padded
    int32_t out;    // padded
} adn_packed;

struct adn_network {
    adn_variant variant;
    adn_shape shape;
    int32_t encoded;        // 3 + 6 * octaves
    int32_t encoded_padded; // columns of a tile's row before the hidden units
    int32_t hidden;         // width, padded
    int32_t view_hidden;    // width / 2, padded
    adn_packed points[ADN_MAX_DEPTH];
    adn_packed views[ADN_MAX_VIEW_LAYERS];
    float *density;         // [hidden], then its bias
    float *color;           // [3][view_hidden], then three biases
    float *fold_condition;  // per folded layer: [condition][hidden], then the bias [hidden]
    float *fold_direction;  // [3 + 6 * direction_octaves][view_hidden], then the bias [view_hidden]
    adn_layers plain;       // the scalar path's own copy of the layers as stored
    void *memory;           // everything above lies in this one block
};

// What an instruction set contributes.
typedef struct {
    int32_t panel;       // units in a panel
    int32_t input_group; // inputs that one multiply takes at once
    int32_t tile;        // samples in a tile
    size_t element;      // bytes of an activation and of a weight
    void (*evaluate)(
        const adn_network *network, const float *condition, const float *rays, adn_samples samples, bool density_only,
        float *raw, void *scratch);
    double (*peak)(long iterations);
} adn_backend;

extern const adn_backend adn_backend_portable, adn_backend_avx2, adn_backend_avx512, adn_backend_bf16,
    adn_backend_bf16_portable;

const adn_backend *adn_backend_of(adn_variant variant);

void adn_evaluate_scalar(
    const adn_network *network, const float *condition, const float *rays, adn_samples samples, bool density_only,
    float *raw);

static inline int32_t adn_round_up(int32_t value, int32_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// Round to nearest even, as VCVTNEPS2BF16 does.
static inline uint16_t adn_to_bf16(float value) {
    union { float f; uint32_t u; } bits = {value};
    if ((bits.u & 0x7fffffffu) > 0x7f800000u) return (uint16_t)(bits.u >> 16 | 0x40);
    return (uint16_t)((bits.u + 0x7fffu + (bits.u >> 16 & 1)) >> 16);
}

static inline float adn_from_bf16(uint16_t value) {
    union { uint32_t u; float f; } bits = {(uint32_t)value << 16};
    return bits.f;
}

#endif
