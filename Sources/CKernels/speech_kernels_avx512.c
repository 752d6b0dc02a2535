#include "speech_kernels_variants.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx2,fma")))
#define INLINE_AVX512 static inline __attribute__((target("avx512f,avx2,fma"), always_inline))

/// Sixteen packed weights as floats.
INLINE_AVX512 __m512 weights_at(const int16_t *from) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)from)));
}

/// `out [rows, 16] += in [rows, depth] * panel [depth, 16]`.
INLINE_AVX512 void tile(int rows, const float *panel, ptrdiff_t depth, const float *in, ptrdiff_t in_stride, float *out,
                        ptrdiff_t out_stride) {
    __m512 sums[12];
    for (int m = 0; m < rows; m++) sums[m] = _mm512_loadu_ps(out + m * out_stride);
    for (ptrdiff_t k = 0; k < depth; k++) {
        __m512 weights = _mm512_load_ps(panel + k * SPEECH_PANEL);
        for (int m = 0; m < rows; m++) sums[m] = _mm512_fmadd_ps(_mm512_set1_ps(in[m * in_stride + k]), weights, sums[m]);
    }
    for (int m = 0; m < rows; m++) _mm512_storeu_ps(out + m * out_stride, sums[m]);
}

AVX512 static void multiply(const speech_matrix *weights, const float *bias, const float *in, ptrdiff_t in_stride,
                            ptrdiff_t count, float *out, ptrdiff_t out_stride, float low, float high) {
    float panel[SPEECH_BLOCK * SPEECH_PANEL] __attribute__((aligned(64)));
    for (ptrdiff_t group = 0; group < weights->columns; group += SPEECH_GROUP) {
        ptrdiff_t end = group + SPEECH_GROUP < weights->columns ? group + SPEECH_GROUP : weights->columns;
        for (ptrdiff_t m = 0; m < count; m++)
            for (ptrdiff_t n = group; n < end; n += SPEECH_PANEL)
                _mm512_storeu_ps(out + m * out_stride + n, _mm512_loadu_ps(bias + n));
        for (ptrdiff_t first = 0; first < weights->depth; first += SPEECH_BLOCK) {
            ptrdiff_t depth = weights->depth - first < SPEECH_BLOCK ? weights->depth - first : SPEECH_BLOCK;
            for (ptrdiff_t n = group; n < end; n += SPEECH_PANEL) {
                const int16_t *packed = weights->panels + n * weights->depth + first * SPEECH_PANEL;
                __m512 scales = _mm512_loadu_ps(weights->scales + first / SPEECH_BLOCK * weights->columns + n);
                for (ptrdiff_t k = 0; k < depth; k++)
                    _mm512_store_ps(panel + k * SPEECH_PANEL, _mm512_mul_ps(weights_at(packed + k * SPEECH_PANEL), scales));
                const float *from = in + first;
                float *to = out + n;
                ptrdiff_t m = 0;
                for (; m + 12 <= count; m += 12)
                    tile(12, panel, depth, from + m * in_stride, in_stride, to + m * out_stride, out_stride);
                for (; m + 4 <= count; m += 4)
                    tile(4, panel, depth, from + m * in_stride, in_stride, to + m * out_stride, out_stride);
                for (; m < count; m++)
                    tile(1, panel, depth, from + m * in_stride, in_stride, to + m * out_stride, out_stride);
            }
        }
        const __m512 least = _mm512_set1_ps(low), most = _mm512_set1_ps(high);
        for (ptrdiff_t m = 0; m < count; m++)
            for (ptrdiff_t n = group; n < end; n += SPEECH_PANEL) {
                float *at = out + m * out_stride + n;
                _mm512_storeu_ps(at, _mm512_min_ps(_mm512_max_ps(_mm512_loadu_ps(at), least), most));
            }
    }
}

AVX512 static void accumulate(const speech_matrix *weights, const float *in, float *out) {
    const ptrdiff_t depth = weights->depth;
    for (ptrdiff_t n = 0; n < weights->columns; n += SPEECH_PANEL) {
        const int16_t *panel = weights->panels + n * depth;
        __m512 total = _mm512_loadu_ps(out + n);
        for (ptrdiff_t first = 0; first < depth; first += SPEECH_BLOCK) {
            ptrdiff_t last = first + SPEECH_BLOCK < depth ? first + SPEECH_BLOCK : depth, k = first;
            // Eight rows in flight hide the latency of the additions.
            __m512 sums[8];
            for (int j = 0; j < 8; j++) sums[j] = _mm512_setzero_ps();
            for (; k + 8 <= last; k += 8)
                for (int j = 0; j < 8; j++)
                    sums[j] = _mm512_fmadd_ps(weights_at(panel + (k + j) * SPEECH_PANEL), _mm512_set1_ps(in[k + j]), sums[j]);
            for (; k < last; k++)
                sums[0] = _mm512_fmadd_ps(weights_at(panel + k * SPEECH_PANEL), _mm512_set1_ps(in[k]), sums[0]);
            for (int step = 4; step; step /= 2)
                for (int j = 0; j < step; j++) sums[j] = _mm512_add_ps(sums[j], sums[j + step]);
            __m512 scales = _mm512_loadu_ps(weights->scales + first / SPEECH_BLOCK * weights->columns + n);
            total = _mm512_fmadd_ps(sums[0], scales, total);
        }
        _mm512_storeu_ps(out + n, total);
    }
}

INLINE_AVX512 __m512 exponential(__m512 x) {
    x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-SPEECH_EXP_LIMIT)), _mm512_set1_ps(SPEECH_EXP_LIMIT));
    __m512 power = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(SPEECH_LOG2E)), _MM_FROUND_TO_NEAREST_INT);
    x = _mm512_fnmadd_ps(power, _mm512_set1_ps(SPEECH_LN2_HIGH), x);
    x = _mm512_fnmadd_ps(power, _mm512_set1_ps(SPEECH_LN2_LOW), x);
    __m512 y = _mm512_set1_ps(SPEECH_EXP_0);
    y = _mm512_fmadd_ps(y, x, _mm512_set1_ps(SPEECH_EXP_1));
    y = _mm512_fmadd_ps(y, x, _mm512_set1_ps(SPEECH_EXP_2));
    y = _mm512_fmadd_ps(y, x, _mm512_set1_ps(SPEECH_EXP_3));
    y = _mm512_fmadd_ps(y, x, _mm512_set1_ps(SPEECH_EXP_4));
    y = _mm512_fmadd_ps(y, x, _mm512_set1_ps(SPEECH_EXP_5));
    y = _mm512_fmadd_ps(y, _mm512_mul_ps(x, x), _mm512_add_ps(x, _mm512_set1_ps(1)));
    __m512i exponent = _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(power), _mm512_set1_epi32(127)), 23);
    return _mm512_mul_ps(y, _mm512_castsi512_ps(exponent));
}

INLINE_AVX512 __m512 sigmoid(__m512 x) {
    const __m512 one = _mm512_set1_ps(1);
    return _mm512_div_ps(one, _mm512_add_ps(one, exponential(_mm512_sub_ps(_mm512_setzero_ps(), x))));
}

INLINE_AVX512 __m512 hyperbolic_tangent(__m512 x) {
    return _mm512_fmsub_ps(_mm512_set1_ps(2), sigmoid(_mm512_add_ps(x, x)), _mm512_set1_ps(1));
}

AVX512 static void cell(const float *gates, ptrdiff_t cells, float *state, float *out) {
    ptrdiff_t n = 0;
    for (; n + 16 <= cells; n += 16) {
        __m512 i = _mm512_loadu_ps(gates + n), j = _mm512_loadu_ps(gates + cells + n);
        __m512 f = _mm512_loadu_ps(gates + 2 * cells + n), o = _mm512_loadu_ps(gates + 3 * cells + n);
        __m512 c = _mm512_mul_ps(_mm512_loadu_ps(state + n), sigmoid(_mm512_add_ps(f, _mm512_set1_ps(1))));
        c = _mm512_fmadd_ps(sigmoid(i), hyperbolic_tangent(j), c);
        _mm512_storeu_ps(state + n, c);
        _mm512_storeu_ps(out + n, _mm512_mul_ps(hyperbolic_tangent(c), sigmoid(o)));
    }
    speech_cell_range(gates, cells, n, state, out);
}

AVX512 static double wing(const double *near, const double *next, double eta, const int16_t *samples, ptrdiff_t count) {
    const __m512d share = _mm512_set1_pd(eta);
    __m512d sum = _mm512_setzero_pd();
    ptrdiff_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m512d from = _mm512_loadu_pd(near + i);
        __m512d weight = _mm512_fmadd_pd(share, _mm512_sub_pd(_mm512_loadu_pd(next + i), from), from);
        __m256i eight = _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(samples + i)));
        sum = _mm512_fmadd_pd(weight, _mm512_cvtepi32_pd(eight), sum);
    }
    double total = _mm512_reduce_add_pd(sum);
    for (; i < count; i++) total += (near[i] + eta * (next[i] - near[i])) * samples[i];
    return total;
}

const speech_kernels *speech_kernels_avx512(void) {
    static const speech_kernels table = {"AVX-512", speech_pack_avx2, multiply, accumulate, cell, wing};
    // Packing is the narrower variant's.
    return __builtin_cpu_supports("avx512f") && speech_kernels_avx2() ? &table : NULL;
}

#else
const speech_kernels *speech_kernels_avx512(void) { return NULL; }
#endif
