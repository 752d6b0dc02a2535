// FaceNeRF evaluated on many samples at once (paper section 3.1; NeRFs/TorsoNeRF/run_nerf_helpers.py of the release).
//
// A network is packed once for one variant (an instruction set and a precision). Samples then go through all layers in
// tiles that stay in the second-level cache. The condition's columns are folded into biases once per frame, the view
// direction's columns once per ray.
#ifndef NERF_KERNELS_H
#define NERF_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One linear layer as torch stores it: weight[out][in] row-major, bias[out].
typedef struct {
    const float *weight;
    const float *bias;
    int32_t out;
    int32_t in;
} adn_linear;

// A network's dimensions. Inputs of the first layer, in order: position encoding (3 + 6 * octaves), condition.
typedef struct {
    int32_t depth;             // position layers; the input is put in front of the hidden state after layer 4
    int32_t width;             // hidden units
    int32_t octaves;           // of the position's encoding
    int32_t condition;         // columns of the condition: the audio code, for the torso also the encoded pose
    int32_t direction_octaves; // of the view direction's encoding
    int32_t view_layers;       // depth / 4 + 1, of width / 2 units
} adn_shape;

enum {
    ADN_MAX_DEPTH = 16,
    ADN_MAX_VIEW_LAYERS = 5,
    ADN_MAX_WIDTH = 1024,
    ADN_MAX_INPUTS = 1024, // of the first layer
    ADN_MAX_OCTAVES = 16,
    ADN_SKIP = 4,
};

// The layers of one network, by borrowed pointers.
typedef struct {
    adn_linear points[ADN_MAX_DEPTH];
    adn_linear views[ADN_MAX_VIEW_LAYERS];
    adn_linear density;
    adn_linear color;
} adn_layers;

// Which loops to use.
typedef enum {
    ADN_SCALAR = 0,        // plain loops over the layers as they are stored: the yardstick
    ADN_PORTABLE = 1,      // packed, fp32, 128-bit vectors of any machine
    ADN_AVX2 = 2,          // packed, fp32, AVX2 and FMA
    ADN_AVX512 = 3,        // packed, fp32, AVX-512F
    ADN_BF16 = 4,          // packed, bfloat16 products with fp32 sums, AVX-512 BF16
    ADN_BF16_PORTABLE = 5, // the same numbers as ADN_BF16 on any machine, slowly: its twin in the tests
    ADN_VARIANTS = 6,
} adn_variant;

// Whether this machine has the instructions that a variant needs.
bool adn_variant_supported(adn_variant variant);
const char *adn_variant_name(adn_variant variant);
// The fastest supported variant with fp32 products, and the fastest of all.
adn_variant adn_best_exact_variant(void);
adn_variant adn_best_variant(void);

typedef struct adn_network adn_network;

// Packs a network; null if memory is short. The layers may be freed afterwards.
adn_network *adn_network_create(adn_variant variant, adn_shape shape, const adn_layers *layers);
void adn_network_destroy(adn_network *network);

// Floats in a condition's folded biases, and in a ray's.
size_t adn_condition_floats(const adn_network *network);
size_t adn_ray_floats(const adn_network *network);
// condition[shape.condition] -> folded[adn_condition_floats]
void adn_fold_condition(const adn_network *network, const float *condition, float *folded);
// direction[3], not necessarily of unit length -> folded[adn_ray_floats]
void adn_fold_ray(const adn_network *network, const float *direction, float *folded);

// Samples to evaluate. Sample i lies at (x[i], y[i], z[i]) on ray ray[i].
typedef struct {
    const float *x;
    const float *y;
    const float *z;
    const uint32_t *ray; // row of `rays`; ignored with density_only
    size_t count;
} adn_samples;

// Bytes of scratch memory that adn_evaluate needs, one piece per thread, 64-byte aligned.
size_t adn_scratch_bytes(const adn_network *network);

// raw[i] = r, g, b, density before sigmoid and relu; with density_only just raw[i][3] is written.
// `rays` holds the rays' folded biases, adn_ray_floats apart.
void adn_evaluate(
    const adn_network *network, const float *condition, const float *rays, adn_samples samples, bool density_only,
    float *raw, void *scratch);

// Multiply-adds that one evaluation costs, folded columns left out.
double adn_multiply_adds(const adn_network *network, bool density_only);

// Runs `iterations` rounds of independent fused multiply-adds of the variant's kind and returns the floating-point
// operations done: the yardstick of the machine's peak.
double adn_peak_operations(adn_variant variant, long iterations);

#endif
