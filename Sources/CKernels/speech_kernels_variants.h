// What the variants of the speech kernels share.
#ifndef SPEECH_KERNELS_VARIANTS_H
#define SPEECH_KERNELS_VARIANTS_H
#include "speech_kernels.h"

/// The largest integer of a packed weight.
#define SPEECH_LEVELS 32767.0f
/// A block whose weights are all this small is zero: its inverse scale would overflow.
#define SPEECH_SMALLEST 1e-30f

/// Columns whose blocks are multiplied in turn, so that they and the inputs' block stay in the second-level cache.
#define SPEECH_GROUP (16 * SPEECH_PANEL)

/// `pack` for the columns from `first_column` on.
bool speech_pack_columns(const float *rows, ptrdiff_t row_count, ptrdiff_t columns, ptrdiff_t first_column,
                         ptrdiff_t first_row, ptrdiff_t depth, int16_t *panels, float *scales);
/// `cell` for the cells from `first` on.
void speech_cell_range(const float *gates, ptrdiff_t cells, ptrdiff_t first, float *state, float *out);

#if defined(__x86_64__)
bool speech_pack_avx2(const float *rows, ptrdiff_t row_count, ptrdiff_t columns, ptrdiff_t first_row, ptrdiff_t depth,
                      int16_t *panels, float *scales);
#endif

// Coefficients of exp on [-ln 2 / 2, ln 2 / 2] (Cephes' expf), and ln 2 in two parts.
#define SPEECH_EXP_0 1.9875691500e-4f
#define SPEECH_EXP_1 1.3981999507e-3f
#define SPEECH_EXP_2 8.3334519073e-3f
#define SPEECH_EXP_3 4.1665795894e-2f
#define SPEECH_EXP_4 1.6666665459e-1f
#define SPEECH_EXP_5 5.0000001201e-1f
#define SPEECH_LN2_HIGH 0.693359375f
#define SPEECH_LN2_LOW -2.12194440e-4f
#define SPEECH_LOG2E 1.44269504088896341f
/// Beyond this exp is taken for 0 or infinity's stand-in; sigmoid and tanh are then exactly 0 or 1 in 24 bits.
#define SPEECH_EXP_LIMIT 87.0f

#endif
