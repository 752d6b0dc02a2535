// Kernels of the speech network and of the resampler. Every variant computes the same; they differ in rounding only.
#ifndef SPEECH_KERNELS_H
#define SPEECH_KERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /// Columns of a panel.
    SPEECH_PANEL = 16,
    /// Consecutive rows that share a column's scale.
    SPEECH_BLOCK = 128,
};

/// A weight matrix `[depth, columns]` in 16 bits: the weight is the integer times the scale of its block and column.
typedef struct {
    ptrdiff_t depth;
    /// A multiple of SPEECH_PANEL; what exceeds the real matrix has zero scales.
    ptrdiff_t columns;
    /// `[columns / 16, depth, 16]`.
    const int16_t *panels;
    /// `[ceil(depth / 128), columns]`.
    const float *scales;
} speech_matrix;

/// A variant: constant after the program has started, hence Sendable.
typedef struct __attribute__((swift_attr("@Sendable"))) {
    const char *name;

    /// Packs one block: `rows` is `[row_count <= 128, columns]`, the matrix's rows from `first_row`, a multiple of 128, on.
    /// `columns` need not be a multiple of 16. `scales` is the block's row of scales. False if a weight is not finite.
    bool (*pack)(const float *rows, ptrdiff_t row_count, ptrdiff_t columns, ptrdiff_t first_row, ptrdiff_t depth,
                 int16_t *panels, float *scales);

    /// `out [count, columns] = bias [columns] + in [count, depth] * weights`, limited to [low, high].
    void (*multiply)(const speech_matrix *weights, const float *bias, const float *in, ptrdiff_t in_stride, ptrdiff_t count,
                     float *out, ptrdiff_t out_stride, float low, float high);

    /// `out [columns] += in [depth] * weights`.
    void (*accumulate)(const speech_matrix *weights, const float *in, float *out);

    /// One step of a basic LSTM: `gates [4, cells]` are i, j, f, o before their nonlinearities, 1 is added to f;
    /// `state [cells]` is updated and `out [cells]` written.
    void (*cell)(const float *gates, ptrdiff_t cells, float *state, float *out);

    /// `sum of (near + eta * (next - near)) * samples`.
    double (*wing)(const double *near, const double *next, double eta, const int16_t *samples, ptrdiff_t count);
} speech_kernels;

/// The portable variant, which the others are tested against.
const speech_kernels *speech_kernels_portable(void);
/// Null where the processor lacks AVX2, FMA.
const speech_kernels *speech_kernels_avx2(void);
/// Null where the processor lacks AVX-512F.
const speech_kernels *speech_kernels_avx512(void);
/// The fastest variant that this processor runs.
const speech_kernels *speech_kernels_best(void);

#endif
