// Packing, folding and the choice of a variant.
#include "nerf_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const adn_backend *adn_backend_of(adn_variant variant) {
    switch (variant) {
    case ADN_PORTABLE: return &adn_backend_portable;
    case ADN_BF16_PORTABLE: return &adn_backend_bf16_portable;
#if defined(__x86_64__)
    case ADN_AVX2: return &adn_backend_avx2;
    case ADN_AVX512: return &adn_backend_avx512;
    case ADN_BF16: return &adn_backend_bf16;
#endif
    default: return NULL;
    }
}

bool adn_variant_supported(adn_variant variant) {
    switch (variant) {
    case ADN_SCALAR: case ADN_PORTABLE: case ADN_BF16_PORTABLE: return true;
#if defined(__x86_64__)
    case ADN_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ADN_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ADN_BF16: return adn_variant_supported(ADN_AVX512) && __builtin_cpu_supports("avx512bf16");
#endif
    default: return false;
    }
}

const char *adn_variant_name(adn_variant variant) {
    static const char *const names[ADN_VARIANTS] = {"scalar", "portable", "avx2", "avx512", "avx512-bf16", "bf16-portable"};
    return variant < ADN_VARIANTS ? names[variant] : "unknown";
}

adn_variant adn_best_exact_variant(void) {
    if (adn_variant_supported(ADN_AVX512)) return ADN_AVX512;
    if (adn_variant_supported(ADN_AVX2)) return ADN_AVX2;
    return ADN_PORTABLE;
}

adn_variant adn_best_variant(void) {
    return adn_variant_supported(ADN_BF16) ? ADN_BF16 : adn_best_exact_variant();
}

// MARK: memory

// Hands out pieces of one block; with a null base it only adds up.
typedef struct {
    char *base;
    size_t used;
} arena;

static void *take(arena *from, size_t bytes) {
    void *piece = from->base ? from->base + from->used : NULL;
    from->used += (bytes + 63) / 64 * 64;
    return piece;
}

static bool is_folded(int32_t layer) { return layer == 0 || layer == ADN_SKIP + 1; }
static int32_t folded_layers(const adn_shape *shape) { return shape->depth > ADN_SKIP + 1 ? 2 : 1; }
static int32_t encoded_size(int32_t octaves) { return 3 + 6 * octaves; }

static void copy_linear(arena *from, adn_linear *to, const adn_linear *layer) {
    size_t weights = (size_t)layer->out * layer->in;
    float *weight = take(from, weights * sizeof(float)), *bias = take(from, layer->out * sizeof(float));
    if (weight) {
        memcpy(weight, layer->weight, weights * sizeof(float));
        memcpy(bias, layer->bias, layer->out * sizeof(float));
    }
    *to = (adn_linear){weight, bias, layer->out, layer->in};
}

// Column `k` of the packed layer takes column source[k] of the stored one, or zeros where that is negative.
static void pack_linear(
    arena *from, const adn_backend *backend, adn_packed *to, const adn_linear *layer, const int32_t *source, int32_t inputs,
    int32_t out) {
    *to = (adn_packed){take(from, (size_t)inputs * out * backend->element), take(from, out * sizeof(float)), inputs, out};
    if (!to->weight) return;
    memset(to->bias, 0, out * sizeof(float));
    memcpy(to->bias, layer->bias, layer->out * sizeof(float));
    const int32_t panel = backend->panel, group = backend->input_group;
    for (int32_t o = 0; o < out; o++) {
        for (int32_t k = 0; k < inputs; k++) {
            float value = o < layer->out && source[k] >= 0 ? layer->weight[(size_t)o * layer->in + source[k]] : 0;
            size_t at = (size_t)(o / panel) * panel * inputs + (size_t)(k / group) * panel * group +
                        (size_t)(o % panel) * group + k % group;
            if (backend->element == sizeof(float)) ((float *)to->weight)[at] = value;
            else ((uint16_t *)to->weight)[at] = adn_to_bf16(value);
        }
    }
}

// Columns [begin, end) of a layer, transposed to [column][out], then the layer's bias.
static void pack_fold(float *to, const adn_linear *layer, int32_t begin, int32_t end, int32_t out) {
    memset(to, 0, (size_t)(end - begin + 1) * out * sizeof(float));
    for (int32_t o = 0; o < layer->out; o++) {
        for (int32_t k = begin; k < end; k++)
            to[(size_t)(k - begin) * out + o] = layer->weight[(size_t)o * layer->in + k];
        to[(size_t)(end - begin) * out + o] = layer->bias[o];
    }
}

static void pack_plain(adn_network *n, arena *from, const adn_layers *layers) {
    for (int32_t i = 0; i < n->shape.depth; i++) copy_linear(from, &n->plain.points[i], &layers->points[i]);
    for (int32_t i = 0; i < n->shape.view_layers; i++) copy_linear(from, &n->plain.views[i], &layers->views[i]);
    copy_linear(from, &n->plain.density, &layers->density);
    copy_linear(from, &n->plain.color, &layers->color);
}

static void pack(adn_network *n, arena *from, const adn_layers *layers) {
    const adn_backend *backend = adn_backend_of(n->variant);
    const adn_shape *shape = &n->shape;
    int32_t source[2 * ADN_MAX_WIDTH];
    for (int32_t i = 0; i < shape->depth; i++) {
        int32_t inputs = 0;
        if (is_folded(i)) {
            for (int32_t k = 0; k < n->encoded_padded; k++) source[k] = k < n->encoded ? k : -1;
            // The columns of what BF16 rounding leaves of the position repeat the position's.
            if (backend->element == 2)
                for (int32_t k = 0; k < 3; k++) source[n->encoded + k] = k;
            inputs = n->encoded_padded;
        }
        if (i > 0) {
            int32_t before = is_folded(i) ? n->encoded + shape->condition : 0;
            for (int32_t k = 0; k < n->hidden; k++) source[inputs + k] = k < shape->width ? before + k : -1;
            inputs += n->hidden;
        }
        pack_linear(from, backend, &n->points[i], &layers->points[i], source, inputs, n->hidden);
    }
    for (int32_t i = 0; i < shape->view_layers; i++) {
        int32_t real = i == 0 ? shape->width : shape->width / 2, inputs = i == 0 ? n->hidden : n->view_hidden;
        for (int32_t k = 0; k < inputs; k++) source[k] = k < real ? k : -1;
        pack_linear(from, backend, &n->views[i], &layers->views[i], source, inputs, n->view_hidden);
    }
    n->density = take(from, (n->hidden + 1) * sizeof(float));
    n->color = take(from, (3 * n->view_hidden + 3) * sizeof(float));
    const size_t fold = (size_t)(shape->condition + 1) * n->hidden;
    n->fold_condition = take(from, fold * folded_layers(shape) * sizeof(float));
    const int32_t direction = encoded_size(shape->direction_octaves);
    n->fold_direction = take(from, (size_t)(direction + 1) * n->view_hidden * sizeof(float));
    if (!n->density) return;
    memset(n->density, 0, (n->hidden + 1) * sizeof(float));
    memcpy(n->density, layers->density.weight, shape->width * sizeof(float));
    n->density[n->hidden] = layers->density.bias[0];
    memset(n->color, 0, (3 * n->view_hidden + 3) * sizeof(float));
    for (int32_t c = 0; c < 3; c++) {
        memcpy(n->color + c * n->view_hidden, layers->color.weight + c * (shape->width / 2), shape->width / 2 * sizeof(float));
        n->color[3 * n->view_hidden + c] = layers->color.bias[c];
    }
    for (int32_t i = 0, layer = 0; i < folded_layers(shape); i++, layer = ADN_SKIP + 1)
        pack_fold(n->fold_condition + i * fold, &layers->points[layer], n->encoded, n->encoded + shape->condition, n->hidden);
    pack_fold(n->fold_direction, &layers->views[0], shape->width, shape->width + direction, n->view_hidden);
}

adn_network *adn_network_create(adn_variant variant, adn_shape shape, const adn_layers *layers) {
    adn_network *n = calloc(1, sizeof *n);
    if (!n) return NULL;
    n->variant = variant;
    n->shape = shape;
    n->encoded = encoded_size(shape.octaves);
    const adn_backend *backend = adn_backend_of(variant);
    if (backend) {
        n->encoded_padded = adn_round_up(n->encoded + (backend->element == 2 ? 3 : 0), 16);
        n->hidden = adn_round_up(shape.width, backend->panel);
        n->view_hidden = adn_round_up(shape.width / 2, backend->panel);
    }
    // First add up what is needed, then hand it out.
    arena counted = {NULL, 0};
    if (backend) pack(n, &counted, layers); else pack_plain(n, &counted, layers);
    if (posix_memalign(&n->memory, 64, counted.used)) {
        free(n);
        return NULL;
    }
    arena real = {n->memory, 0};
    if (backend) pack(n, &real, layers); else pack_plain(n, &real, layers);
    return n;
}

void adn_network_destroy(adn_network *network) {
    if (!network) return;
    free(network->memory);
    free(network);
}

// MARK: folding

size_t adn_condition_floats(const adn_network *n) {
    return n->variant == ADN_SCALAR ? (size_t)n->shape.condition : (size_t)folded_layers(&n->shape) * n->hidden;
}

size_t adn_ray_floats(const adn_network *n) { return n->variant == ADN_SCALAR ? 3 : (size_t)n->view_hidden; }

// folded = bias + columns * input
static void fold(const float *columns, const float *input, int32_t count, int32_t out, float *folded) {
    memcpy(folded, columns + (size_t)count * out, out * sizeof(float));
    for (int32_t k = 0; k < count; k++)
        for (int32_t o = 0; o < out; o++) folded[o] += columns[(size_t)k * out + o] * input[k];
}

void adn_fold_condition(const adn_network *n, const float *condition, float *folded) {
    if (n->variant == ADN_SCALAR) {
        memcpy(folded, condition, (size_t)n->shape.condition * sizeof(float));
        return;
    }
    const size_t columns = (size_t)(n->shape.condition + 1) * n->hidden;
    for (int32_t i = 0; i < folded_layers(&n->shape); i++)
        fold(n->fold_condition + i * columns, condition, n->shape.condition, n->hidden, folded + (size_t)i * n->hidden);
}

void adn_fold_ray(const adn_network *n, const float *direction, float *folded) {
    const float length = sqrtf(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);
    float unit[3], encoded[3 + 6 * 16];
    for (int axis = 0; axis < 3; axis++) unit[axis] = direction[axis] / length;
    if (n->variant == ADN_SCALAR) {
        memcpy(folded, unit, sizeof unit);
        return;
    }
    for (int axis = 0; axis < 3; axis++) {
        encoded[axis] = unit[axis];
        for (int32_t k = 0; k < n->shape.direction_octaves; k++) {
            encoded[3 + 6 * k + axis] = sinf(unit[axis] * (float)(1 << k));
            encoded[6 + 6 * k + axis] = cosf(unit[axis] * (float)(1 << k));
        }
    }
    fold(n->fold_direction, encoded, encoded_size(n->shape.direction_octaves), n->view_hidden, folded);
}

// MARK: evaluation

size_t adn_scratch_bytes(const adn_network *n) {
    const adn_backend *backend = adn_backend_of(n->variant);
    return backend ? (size_t)backend->tile * (n->encoded_padded + 2 * n->hidden) * backend->element : 64;
}

void adn_evaluate(
    const adn_network *network, const float *condition, const float *rays, adn_samples samples, bool density_only,
    float *raw, void *scratch) {
    const adn_backend *backend = adn_backend_of(network->variant);
    if (backend) backend->evaluate(network, condition, rays, samples, density_only, raw, scratch);
    else adn_evaluate_scalar(network, condition, rays, samples, density_only, raw);
}

double adn_multiply_adds(const adn_network *n, bool density_only) {
    const adn_shape *s = &n->shape;
    double w = s->width, v = s->width / 2, e = n->encoded;
    double sum = e * w + (s->depth - 1) * w * w + (s->depth > ADN_SKIP + 1 ? e * w : 0) + w;
    return density_only ? sum : sum + w * v + (s->view_layers - 1) * v * v + 3 * v;
}

double adn_peak_operations(adn_variant variant, long iterations) {
    const adn_backend *backend = adn_backend_of(variant);
    return backend ? backend->peak(iterations) : 0;
}
