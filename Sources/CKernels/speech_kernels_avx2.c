#include "speech_kernels_variants.h"

#if defined(__x86_64__)
#include <float.h>
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define INLINE_AVX2 static inline __attribute__((target("avx2,fma"), always_inline))

AVX2 bool speech_pack_avx2(const float *rows, ptrdiff_t row_count, ptrdiff_t columns, ptrdiff_t first_row, ptrdiff_t depth,
                           int16_t *panels, float *scales) {
    const __m256 magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff)), limit = _mm256_set1_ps(FLT_MAX);
    const ptrdiff_t whole = columns / SPEECH_PANEL * SPEECH_PANEL;
    for (ptrdiff_t n = 0; n < whole; n++) scales[n] = 0;
    __m256 strange = _mm256_setzero_ps();
    for (ptrdiff_t k = 0; k < row_count; k++)
        for (ptrdiff_t n = 0; n < whole; n += 8) {
            __m256 size = _mm256_and_ps(_mm256_loadu_ps(rows + k * columns + n), magnitude);
            strange = _mm256_or_ps(strange, _mm256_cmp_ps(size, limit, _CMP_NLE_UQ));
            _mm256_storeu_ps(scales + n, _mm256_max_ps(size, _mm256_loadu_ps(scales + n)));
        }
    if (_mm256_movemask_ps(strange)) return false;
    // A few rows at a time: whole cache lines of each panel are written, and the rows are read in order.
    for (ptrdiff_t first = 0; first < row_count; first += 4) {
        ptrdiff_t last = first + 4 < row_count ? first + 4 : row_count;
        for (ptrdiff_t n = 0; n < whole; n += SPEECH_PANEL) {
            __m256 inverse[2];
            for (int half = 0; half < 2; half++) {
                __m256 largest = _mm256_loadu_ps(scales + n + 8 * half);
                inverse[half] = _mm256_and_ps(_mm256_div_ps(_mm256_set1_ps(SPEECH_LEVELS), largest),
                                              _mm256_cmp_ps(largest, _mm256_set1_ps(SPEECH_SMALLEST), _CMP_GT_OQ));
            }
            int16_t *panel = panels + n * depth + first_row * SPEECH_PANEL;
            for (ptrdiff_t k = first; k < last; k++) {
                const float *row = rows + k * columns + n;
                __m256i low = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(row), inverse[0]));
                __m256i high = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(row + 8), inverse[1]));
                __m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
                _mm256_storeu_si256((__m256i *)(panel + k * SPEECH_PANEL), both);
            }
        }
    }
    for (ptrdiff_t n = 0; n < whole; n++) scales[n] /= SPEECH_LEVELS;
    return whole == columns || speech_pack_columns(rows, row_count, columns, whole, first_row, depth, panels, scales);
}

/// Eight packed weights as floats.
INLINE_AVX2 __m256 weights_at(const int16_t *from) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)from)));
}

/// `out [rows, 16] += in [rows, depth] * panel [depth, 16]`.
INLINE_AVX2 void tile(int rows, const float *panel, ptrdiff_t depth, const float *in, ptrdiff_t in_stride, float *out,
                      ptrdiff_t out_stride) {
    __m256 sums[6][2];
    for (int m = 0; m < rows; m++)
        for (int j = 0; j < 2; j++) sums[m][j] = _mm256_loadu_ps(out + m * out_stride + 8 * j);
    for (ptrdiff_t k = 0; k < depth; k++) {
        __m256 left = _mm256_load_ps(panel + k * SPEECH_PANEL), right = _mm256_load_ps(panel + k * SPEECH_PANEL + 8);
        for (int m = 0; m < rows; m++) {
            __m256 value = _mm256_broadcast_ss(in + m * in_stride + k);
            sums[m][0] = _mm256_fmadd_ps(value, left, sums[m][0]);
            sums[m][1] = _mm256_fmadd_ps(value, right, sums[m][1]);
        }
    }
    for (int m = 0; m < rows; m++)
        for (int j = 0; j < 2; j++) _mm256_storeu_ps(out + m * out_stride + 8 * j, sums[m][j]);
}

AVX2 static void multiply(const speech_matrix *weights, const float *bias, const float *in, ptrdiff_t in_stride,
                          ptrdiff_t count, float *out, ptrdiff_t out_stride, float low, float high) {
    float panel[SPEECH_BLOCK * SPEECH_PANEL] __attribute__((aligned(64)));
    for (ptrdiff_t group = 0; group < weights->columns; group += SPEECH_GROUP) {
        ptrdiff_t end = group + SPEECH_GROUP < weights->columns ? group + SPEECH_GROUP : weights->columns;
        for (ptrdiff_t m = 0; m < count; m++)
            for (ptrdiff_t n = group; n < end; n += 8)
                _mm256_storeu_ps(out + m * out_stride + n, _mm256_loadu_ps(bias + n));
        for (ptrdiff_t first = 0; first < weights->depth; first += SPEECH_BLOCK) {
            ptrdiff_t depth = weights->depth - first < SPEECH_BLOCK ? weights->depth - first : SPEECH_BLOCK;
            for (ptrdiff_t n = group; n < end; n += SPEECH_PANEL) {
                const int16_t *packed = weights->panels + n * weights->depth + first * SPEECH_PANEL;
                const float *scales = weights->scales + first / SPEECH_BLOCK * weights->columns + n;
                __m256 left = _mm256_loadu_ps(scales), right = _mm256_loadu_ps(scales + 8);
                for (ptrdiff_t k = 0; k < depth; k++) {
                    _mm256_store_ps(panel + k * SPEECH_PANEL, _mm256_mul_ps(weights_at(packed + k * SPEECH_PANEL), left));
                    _mm256_store_ps(panel + k * SPEECH_PANEL + 8,
                                    _mm256_mul_ps(weights_at(packed + k * SPEECH_PANEL + 8), right));
                }
                const float *from = in + first;
                float *to = out + n;
                ptrdiff_t m = 0;
                for (; m + 6 <= count; m += 6)
                    tile(6, panel, depth, from + m * in_stride, in_stride, to + m * out_stride, out_stride);
                from += m * in_stride;
                to += m * out_stride;
                switch (count - m) {
                case 5: tile(5, panel, depth, from, in_stride, to, out_stride); break;
                case 4: tile(4, panel, depth, from, in_stride, to, out_stride); break;
                case 3: tile(3, panel, depth, from, in_stride, to, out_stride); break;
                case 2: tile(2, panel, depth, from, in_stride, to, out_stride); break;
                case 1: tile(1, panel, depth, from, in_stride, to, out_stride); break;
                }
            }
        }
        const __m256 least = _mm256_set1_ps(low), most = _mm256_set1_ps(high);
        for (ptrdiff_t m = 0; m < count; m++)
            for (ptrdiff_t n = group; n < end; n += 8) {
                float *at = out + m * out_stride + n;
                _mm256_storeu_ps(at, _mm256_min_ps(_mm256_max_ps(_mm256_loadu_ps(at), least), most));
            }
    }
}

AVX2 static void accumulate(const speech_matrix *weights, const float *in, float *out) {
    const ptrdiff_t depth = weights->depth;
    for (ptrdiff_t n = 0; n < weights->columns; n += SPEECH_PANEL) {
        const int16_t *panel = weights->panels + n * depth;
        __m256 left = _mm256_loadu_ps(out + n), right = _mm256_loadu_ps(out + n + 8);
        for (ptrdiff_t first = 0; first < depth; first += SPEECH_BLOCK) {
            const float *scales = weights->scales + first / SPEECH_BLOCK * weights->columns + n;
            ptrdiff_t last = first + SPEECH_BLOCK < depth ? first + SPEECH_BLOCK : depth, k = first;
            // Four rows in flight hide the latency of the additions.
            __m256 sums[4][2];
            for (int j = 0; j < 4; j++) sums[j][0] = sums[j][1] = _mm256_setzero_ps();
            for (; k + 4 <= last; k += 4)
                for (int j = 0; j < 4; j++) {
                    __m256 value = _mm256_broadcast_ss(in + k + j);
                    const int16_t *row = panel + (k + j) * SPEECH_PANEL;
                    sums[j][0] = _mm256_fmadd_ps(weights_at(row), value, sums[j][0]);
                    sums[j][1] = _mm256_fmadd_ps(weights_at(row + 8), value, sums[j][1]);
                }
            for (; k < last; k++) {
                __m256 value = _mm256_broadcast_ss(in + k);
                sums[0][0] = _mm256_fmadd_ps(weights_at(panel + k * SPEECH_PANEL), value, sums[0][0]);
                sums[0][1] = _mm256_fmadd_ps(weights_at(panel + k * SPEECH_PANEL + 8), value, sums[0][1]);
            }
            for (int half = 0; half < 2; half++) {
                __m256 sum = _mm256_add_ps(_mm256_add_ps(sums[0][half], sums[1][half]),
                                           _mm256_add_ps(sums[2][half], sums[3][half]));
                __m256 *total = half ? &right : &left;
                *total = _mm256_fmadd_ps(sum, _mm256_loadu_ps(scales + 8 * half), *total);
            }
        }
        _mm256_storeu_ps(out + n, left);
        _mm256_storeu_ps(out + n + 8, right);
    }
}

INLINE_AVX2 __m256 exponential(__m256 x) {
    x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-SPEECH_EXP_LIMIT)), _mm256_set1_ps(SPEECH_EXP_LIMIT));
    __m256 power = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(SPEECH_LOG2E)), _MM_FROUND_TO_NEAREST_INT);
    x = _mm256_fnmadd_ps(power, _mm256_set1_ps(SPEECH_LN2_HIGH), x);
    x = _mm256_fnmadd_ps(power, _mm256_set1_ps(SPEECH_LN2_LOW), x);
    __m256 y = _mm256_set1_ps(SPEECH_EXP_0);
    y = _mm256_fmadd_ps(y, x, _mm256_set1_ps(SPEECH_EXP_1));
    y = _mm256_fmadd_ps(y, x, _mm256_set1_ps(SPEECH_EXP_2));
    y = _mm256_fmadd_ps(y, x, _mm256_set1_ps(SPEECH_EXP_3));
    y = _mm256_fmadd_ps(y, x, _mm256_set1_ps(SPEECH_EXP_4));
    y = _mm256_fmadd_ps(y, x, _mm256_set1_ps(SPEECH_EXP_5));
    y = _mm256_fmadd_ps(y, _mm256_mul_ps(x, x), _mm256_add_ps(x, _mm256_set1_ps(1)));
    __m256i exponent = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(power), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(y, _mm256_castsi256_ps(exponent));
}

INLINE_AVX2 __m256 sigmoid(__m256 x) {
    const __m256 one = _mm256_set1_ps(1);
    return _mm256_div_ps(one, _mm256_add_ps(one, exponential(_mm256_sub_ps(_mm256_setzero_ps(), x))));
}

INLINE_AVX2 __m256 hyperbolic_tangent(__m256 x) {
    return _mm256_fmsub_ps(_mm256_set1_ps(2), sigmoid(_mm256_add_ps(x, x)), _mm256_set1_ps(1));
}

AVX2 static void cell(const float *gates, ptrdiff_t cells, float *state, float *out) {
    ptrdiff_t n = 0;
    for (; n + 8 <= cells; n += 8) {
        __m256 i = _mm256_loadu_ps(gates + n), j = _mm256_loadu_ps(gates + cells + n);
        __m256 f = _mm256_loadu_ps(gates + 2 * cells + n), o = _mm256_loadu_ps(gates + 3 * cells + n);
        __m256 c = _mm256_mul_ps(_mm256_loadu_ps(state + n), sigmoid(_mm256_add_ps(f, _mm256_set1_ps(1))));
        c = _mm256_fmadd_ps(sigmoid(i), hyperbolic_tangent(j), c);
        _mm256_storeu_ps(state + n, c);
        _mm256_storeu_ps(out + n, _mm256_mul_ps(hyperbolic_tangent(c), sigmoid(o)));
    }
    speech_cell_range(gates, cells, n, state, out);
}

AVX2 static double wing(const double *near, const double *next, double eta, const int16_t *samples, ptrdiff_t count) {
    const __m256d share = _mm256_set1_pd(eta);
    __m256d sums[2] = {_mm256_setzero_pd(), _mm256_setzero_pd()};
    ptrdiff_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int j = 0; j < 2; j++) {
            ptrdiff_t at = i + 4 * j;
            __m256d from = _mm256_loadu_pd(near + at);
            __m256d weight = _mm256_fmadd_pd(share, _mm256_sub_pd(_mm256_loadu_pd(next + at), from), from);
            __m128i four = _mm_cvtepi16_epi32(_mm_loadl_epi64((const __m128i *)(samples + at)));
            sums[j] = _mm256_fmadd_pd(weight, _mm256_cvtepi32_pd(four), sums[j]);
        }
    __m256d sum = _mm256_add_pd(sums[0], sums[1]);
    __m128d pair = _mm_add_pd(_mm256_castpd256_pd128(sum), _mm256_extractf128_pd(sum, 1));
    double total = _mm_cvtsd_f64(pair) + _mm_cvtsd_f64(_mm_unpackhi_pd(pair, pair));
    for (; i < count; i++) total += (near[i] + eta * (next[i] - near[i])) * samples[i];
    return total;
}

const speech_kernels *speech_kernels_avx2(void) {
    static const speech_kernels table = {"AVX2", speech_pack_avx2, multiply, accumulate, cell, wing};
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &table : NULL;
}

#else
const speech_kernels *speech_kernels_avx2(void) { return NULL; }
#endif
