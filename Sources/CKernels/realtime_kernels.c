#include "realtime_kernels.h"

#include <math.h>
#include <string.h>

#define TARGET
#define NAME(x) portable_##x
#include "realtime_kernels.inc"
#undef TARGET
#undef NAME

#if defined(__x86_64__)
#define HAS_AVX2 1
#define TARGET __attribute__((target("avx2,fma,f16c")))
#define NAME(x) avx2_##x
#include "realtime_kernels.inc"
#undef TARGET
#undef NAME
#else
#define HAS_AVX2 0
#endif

static _Atomic bool portable_only;

bool adn_realtime_is_fast(void) {
#if HAS_AVX2
    return !portable_only && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("f16c");
#else
    return false;
#endif
}

void adn_realtime_use_portable(bool portable) { portable_only = portable; }

#if HAS_AVX2
#define DISPATCH(name, ...) (adn_realtime_is_fast() ? avx2_##name(__VA_ARGS__) : portable_##name(__VA_ARGS__))
#else
#define DISPATCH(name, ...) portable_##name(__VA_ARGS__)
#endif

void adn_mix_blocks(
    const adn_blocks *blocks, size_t from, size_t to, const float *coefficients, int16_t *out, float threshold, const uint8_t *seen,
    uint8_t *dense) {
    DISPATCH(mix, blocks, from, to, coefficients, out, threshold, seen, dense);
}

void adn_march_tile(
    const adn_volume *volume, const uint64_t *sets, int32_t tile_x, int32_t tile_y, int32_t step, const float *light, float *out) {
    DISPATCH(march_tile, volume, sets, tile_x, tile_y, step, light, out);
}

int32_t adn_refine_tile(
    const adn_volume *volume, const uint64_t *sets, int32_t tile_x, int32_t tile_y, float tolerance, const float *light, float *out) {
    return DISPATCH(refine_tile, volume, sets, tile_x, tile_y, tolerance, light, out);
}

void adn_compose(
    const float *head, const float *torso, const uint8_t *background, size_t count, bool alpha, uint8_t *out) {
    DISPATCH(compose, head, torso, background, count, alpha, out);
}

void adn_sample_image(
    const int16_t *image, int32_t image_width, int32_t image_height, ptrdiff_t pitch, float scale_x, float shift_x, float scale_y,
    float shift_y, int32_t width, int32_t from, int32_t to, float *out) {
    DISPATCH(sample_image, image, image_width, image_height, pitch, scale_x, shift_x, scale_y, shift_y, width, from, to, out);
}

void adn_add_products(const float *rows, size_t row_count, size_t stride, size_t count, double *sums) {
    DISPATCH(add_products, rows, row_count, stride, count, sums);
}

// The camera's coordinates (right, up, back) of one point's step along each of the volume's axes; `axes` has points a unit of length.
static void camera_steps(const adn_volume *v, float step[3][3]) {
    for (int a = 0; a < 3; a++)
        for (int c = 0; c < 3; c++) step[a][c] = v->axes[a][c] * v->spacing[a] * v->spacing[a];
}

void adn_find_seen_blocks(const adn_volume *v, const int16_t (*corner)[3], size_t from, size_t to, uint8_t *seen) {
    float step[3][3];
    camera_steps(v, step);
    // A ball about a block and about the points before it, from which interpolation reaches into it.
    const float edge[3] = {4.5f * v->spacing[0], 2.5f * v->spacing[1], 1.5f * v->spacing[2]};
    const float radius = sqrtf(edge[0] * edge[0] + edge[1] * edge[1] + edge[2] * edge[2]);
    for (size_t b = from; b < to; b++) {
        const float p[3] = {
            (float)corner[b][0] + 3.5f - v->origin[0], (float)corner[b][1] + 1.5f - v->origin[1],
            (float)corner[b][2] + 0.5f - v->origin[2]};
        float q[3];
        for (int k = 0; k < 3; k++) q[k] = p[0] * step[0][k] + p[1] * step[1][k] + p[2] * step[2][k];
        const float near = -q[2] - radius, far = -q[2] + radius;
        if (near <= radius) { // beside the camera or about it
            seen[b] = far > 0;
            continue;
        }
        // The ball's middle at its nearest and at its farthest, and its radius at its nearest: more than it can ever reach.
        const float large = v->focal / near, small = v->focal / far, pixels = radius * large;
        const float left = q[0] * (q[0] < 0 ? large : small) - pixels, right = q[0] * (q[0] < 0 ? small : large) + pixels;
        const float low = q[1] * (q[1] < 0 ? large : small) - pixels, high = q[1] * (q[1] < 0 ? small : large) + pixels;
        seen[b] = v->center_x + right >= 0 && v->center_x + left < (float)v->picture_width && v->center_y - low >= 0 &&
                  v->center_y - high < (float)v->picture_height;
    }
}

void adn_splat_blocks(
    const adn_volume *v, const int16_t (*corner)[3], const uint8_t *dense, size_t from, size_t to, uint64_t *sets) {
    const int32_t across = adn_tiles(v->picture_width), down = adn_tiles(v->picture_height), words = adn_plane_words(v->planes);
    float step[3][3];
    camera_steps(v, step);
    for (size_t b = from; b < to; b++) {
        for (int plane = 0; plane < 2; plane++) {
            if (!(dense[b] >> plane & 1)) continue;
            const int32_t z = corner[b][2] + plane;
            float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
            for (int c = 0; c < 4; c++) {
                const float p[3] = {
                    (float)corner[b][0] + (c & 1 ? 8 : -1) - v->origin[0], (float)corner[b][1] + (c & 2 ? 4 : -1) - v->origin[1],
                    (float)z - v->origin[2]};
                float q[3];
                for (int k = 0; k < 3; k++) q[k] = p[0] * step[0][k] + p[1] * step[1][k] + p[2] * step[2][k];
                const float depth = -q[2] > 1e-4f ? -q[2] : 1e-4f;
                const float x = v->center_x + v->focal * q[0] / depth, y = v->center_y - v->focal * q[1] / depth;
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = y < top ? y : top;
                bottom = y > bottom ? y : bottom;
            }
            if (!(right >= 0 && bottom >= 0 && left < (float)v->picture_width && top < (float)v->picture_height)) continue;
            int32_t x0 = left > 0 ? (int32_t)left / ADN_TILE : 0, y0 = top > 0 ? (int32_t)top / ADN_TILE : 0;
            int32_t x1 = right < (float)v->picture_width ? (int32_t)right / ADN_TILE : across - 1;
            int32_t y1 = bottom < (float)v->picture_height ? (int32_t)bottom / ADN_TILE : down - 1;
            for (int32_t y = y0; y <= y1; y++)
                for (int32_t x = x0; x <= x1; x++)
                    __atomic_fetch_or(
                        &sets[(size_t)(y * across + x) * words + (z >> 6)], 1ull << (z & 63), __ATOMIC_RELAXED);
        }
    }
}
