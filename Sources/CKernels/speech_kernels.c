#include "speech_kernels_variants.h"

#include <float.h>
#include <math.h>

bool speech_pack_columns(const float *rows, ptrdiff_t row_count, ptrdiff_t columns, ptrdiff_t first_column,
                         ptrdiff_t first_row, ptrdiff_t depth, int16_t *panels, float *scales) {
    bool finite = true;
    for (ptrdiff_t n = first_column; n < columns; n++) {
        float largest = 0;
        for (ptrdiff_t k = 0; k < row_count; k++) {
            float size = fabsf(rows[k * columns + n]);
            finite &= size <= FLT_MAX;
            largest = size > largest ? size : largest;
        }
        float scale = largest / SPEECH_LEVELS, inverse = largest > SPEECH_SMALLEST ? SPEECH_LEVELS / largest : 0;
        scales[n] = scale;
        int16_t *panel = panels + (n / SPEECH_PANEL) * depth * SPEECH_PANEL + n % SPEECH_PANEL;
        // A block with a weight that is not finite is refused as a whole: its integers are never used.
        if (!finite) continue;
        for (ptrdiff_t k = 0; k < row_count; k++)
            panel[(first_row + k) * SPEECH_PANEL] = (int16_t)lrintf(rows[k * columns + n] * inverse);
    }
    return finite;
}

static bool pack(const float *rows, ptrdiff_t row_count, ptrdiff_t columns, ptrdiff_t first_row, ptrdiff_t depth,
                 int16_t *panels, float *scales) {
    return speech_pack_columns(rows, row_count, columns, 0, first_row, depth, panels, scales);
}

static void accumulate(const speech_matrix *weights, const float *in, float *out) {
    for (ptrdiff_t n = 0; n < weights->columns; n += SPEECH_PANEL) {
        const int16_t *panel = weights->panels + n * weights->depth;
        for (ptrdiff_t first = 0; first < weights->depth; first += SPEECH_BLOCK) {
            const float *scales = weights->scales + first / SPEECH_BLOCK * weights->columns + n;
            ptrdiff_t last = first + SPEECH_BLOCK < weights->depth ? first + SPEECH_BLOCK : weights->depth;
            float sums[SPEECH_PANEL] = {0};
            for (ptrdiff_t k = first; k < last; k++)
                for (int j = 0; j < SPEECH_PANEL; j++) sums[j] += panel[k * SPEECH_PANEL + j] * in[k];
            for (int j = 0; j < SPEECH_PANEL; j++) out[n + j] += sums[j] * scales[j];
        }
    }
}

static void multiply(const speech_matrix *weights, const float *bias, const float *in, ptrdiff_t in_stride, ptrdiff_t count,
                     float *out, ptrdiff_t out_stride, float low, float high) {
    for (ptrdiff_t m = 0; m < count; m++) {
        float *row = out + m * out_stride;
        for (ptrdiff_t n = 0; n < weights->columns; n++) row[n] = bias[n];
        accumulate(weights, in + m * in_stride, row);
        for (ptrdiff_t n = 0; n < weights->columns; n++) row[n] = fminf(fmaxf(row[n], low), high);
    }
}

static float sigmoid(float x) { return 1 / (1 + expf(-x)); }

void speech_cell_range(const float *gates, ptrdiff_t cells, ptrdiff_t first, float *state, float *out) {
    for (ptrdiff_t n = first; n < cells; n++) {
        float i = gates[n], j = gates[cells + n], f = gates[2 * cells + n], o = gates[3 * cells + n];
        state[n] = state[n] * sigmoid(f + 1) + sigmoid(i) * tanhf(j);
        out[n] = tanhf(state[n]) * sigmoid(o);
    }
}

static void cell(const float *gates, ptrdiff_t cells, float *state, float *out) {
    speech_cell_range(gates, cells, 0, state, out);
}

static double wing(const double *near, const double *next, double eta, const int16_t *samples, ptrdiff_t count) {
    double sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) sum += (near[i] + eta * (next[i] - near[i])) * samples[i];
    return sum;
}

const speech_kernels *speech_kernels_portable(void) {
    static const speech_kernels table = {"portable", pack, multiply, accumulate, cell, wing};
    return &table;
}

const speech_kernels *speech_kernels_best(void) {
    const speech_kernels *table = speech_kernels_avx512();
    if (!table) table = speech_kernels_avx2();
    if (!table) table = speech_kernels_portable();
    return table;
}
