#include "march_kernels.h"

#include <math.h>
#include <string.h>

typedef float v4 __attribute__((vector_size(16), aligned(4)));
typedef int32_t i4 __attribute__((vector_size(16), aligned(4)));

static inline v4 load(const float *from) { return *(const v4 *)from; }
static inline void store(float *to, v4 value) { *(v4 *)to = value; }
static inline v4 min4(v4 a, float b) { v4 w = (v4){b, b, b, b}; i4 m = a < w; return (v4)(((i4)a & m) | ((i4)w & ~m)); }
static inline v4 max4(v4 a, float b) { v4 w = (v4){b, b, b, b}; i4 m = a > w; return (v4)(((i4)a & m) | ((i4)w & ~m)); }

// exp(x) to within 2 ulp, exactly 1 at 0, for x clamped to +-87.
static inline v4 exp4(v4 x) {
    x = max4(min4(x, 87.0f), -87.0f);
    v4 scaled = x * 1.44269504f;
    i4 sign = (i4)scaled & INT32_MIN;
    i4 n = __builtin_convertvector(scaled + (v4)(sign | (i4)(v4){0.5f, 0.5f, 0.5f, 0.5f}), i4);
    v4 f = __builtin_convertvector(n, v4);
    v4 r = (x - f * 0.693359375f) + f * 2.12194440e-4f;
    v4 p = 1.9875691500e-4f + (v4){0};
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * (v4)((n + 127) << 23);
}

void adn_dilate(adn_lattice lattice, int32_t radius, const uint8_t *set, uint8_t *out, uint8_t *scratch) {
    const int32_t columns = lattice.columns, rows = lattice.rows;
    memcpy(scratch, set, (size_t)columns * rows);
    for (int32_t y = 0; y < rows; y++) {
        uint8_t *to = scratch + (size_t)y * columns;
        const uint8_t *from = set + (size_t)y * columns;
        for (int32_t d = 1; d <= radius && d < columns; d++) {
            for (int32_t x = 0; x < columns - d; x++) to[x] |= from[x + d];
            for (int32_t x = d; x < columns; x++) to[x] |= from[x - d];
        }
    }
    memcpy(out, scratch, (size_t)columns * rows);
    for (int32_t y = 0; y < rows; y++) {
        uint8_t *to = out + (size_t)y * columns;
        for (int32_t d = -radius; d <= radius; d++) {
            if (d == 0 || y + d < 0 || y + d >= rows) continue;
            const uint8_t *from = scratch + (size_t)(y + d) * columns;
            for (int32_t x = 0; x < columns; x++) to[x] |= from[x];
        }
    }
}

void adn_mix_planes(
    adn_lattice lattice, const float *before, const uint8_t *before_known, const float *front, const float *back,
    const uint8_t *known, const uint8_t *border, float t, float *slice) {
    const size_t columns = lattice.columns, count = columns * lattice.rows;
    const float w0 = 0.5f * t * (t - 1), w1 = 1 - t * t, w2 = 0.5f * t * (t + 1);
    for (size_t i = 0; i < count; i++) {
        if (!known[i]) continue;
        v4 a = load(front + 4 * i), b = load(back + 4 * i);
        store(slice + 4 * i, before_known[i] ? load(before + 4 * i) * w0 + a * w1 + b * w2 : a * (1 - t) + b * t);
    }
    if (lattice.spacing == 1) return; // every pixel is a node: nothing is interpolated
    const v4 empty = {0, 0, 0, -10};
    for (int32_t y = 0; y < lattice.rows; y++) {
        for (int32_t x = 0; x < lattice.columns; x++) {
            const size_t i = (size_t)y * columns + x;
            if (known[i]) continue;
            if (!border[i]) {
                store(slice + 4 * i, empty);
                continue;
            }
            v4 sum = {0};
            float n = 0;
            for (int32_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < lattice.rows; v++)
                for (int32_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < lattice.columns; u++)
                    if (known[(size_t)v * columns + u]) {
                        sum += load(slice + 4 * ((size_t)v * columns + u));
                        n++;
                    }
            store(slice + 4 * i, sum / n);
        }
    }
}

void adn_attenuate_nodes(
    adn_lattice lattice, const float *slice, const uint8_t *known, const float *length, float step, float *transmittance) {
    const size_t count = (size_t)lattice.columns * lattice.rows;
    for (size_t i = 0; i < count; i++)
        if (known[i] && slice[4 * i + 3] > 0) transmittance[i] *= expf(-slice[4 * i + 3] * length[i] * step);
}

// Catmull-Rom weights of four nodes for a point `f` of the way from the second to the third.
static void node_weights(float f, float weights[4]) {
    weights[0] = 0.5f * f * (-1 + f * (2 - f));
    weights[1] = 1 + 0.5f * f * f * (3 * f - 5);
    weights[2] = 0.5f * f * (1 + f * (4 - 3 * f));
    weights[3] = 0.5f * f * f * (f - 1);
}

// A pixel that gets opaque gives what is left of its transmittance to the colour at hand.
static inline void composite_pixel(v4 raw, float length, float step, float opaque, float *state) {
    const float density = raw[3];
    if (!(density > 0)) return;
    raw[3] = density * length * step;
    v4 e = exp4(-raw);
    v4 now = load(state);
    const float through = now[3];
    const float left = through * e[3] < opaque ? 0 : through * e[3];
    v4 color = now + (through - left) / (1 + e);
    color[3] = left;
    store(state, color);
}

void adn_composite_row(
    adn_lattice lattice, const float *slice, const uint8_t *cells, int32_t width, int32_t y, const float *length,
    float step, float opaque, float *state) {
    const int32_t spacing = lattice.spacing, columns = lattice.columns;
    const int32_t first = y / spacing; // the row of nodes before the cell's own
    const uint8_t *row_cells = cells + (size_t)(first + 1) * columns + 1;
    const float *nodes = slice + 4 * (size_t)first * columns;
    if (spacing == 1) {
        const float *own = nodes + 4 * (columns + 1);
        for (int32_t x = 0; x < width; x++)
            if (row_cells[x] && state[4 * x + 3] >= opaque)
                composite_pixel(load(own + 4 * x), length[x], step, opaque, state + 4 * x);
        return;
    }
    enum { MAX_SPACING = 64 };
    float vertical[4], horizontal[MAX_SPACING][4];
    node_weights((float)(y % spacing) / (float)spacing, vertical);
    for (int32_t p = 0; p < spacing; p++) node_weights((float)p / (float)spacing, horizontal[p]);
    const int32_t row_floats = 4 * columns;
    const int32_t count = (width - 1) / spacing + 1;
    v4 window[4] = {{0}};
    int32_t ready = -1; // the cell that the window serves
    for (int32_t cell = 0; cell < count; cell++) {
        if (!row_cells[cell]) continue;
        // The window holds four nodes of this row, interpolated vertically; going one cell on needs one new node.
        for (int32_t k = ready == cell - 1 && ready >= 0 ? 3 : 0; k < 4; k++) {
            if (k == 3 && ready == cell - 1 && ready >= 0) {
                window[0] = window[1];
                window[1] = window[2];
                window[2] = window[3];
            }
            const float *node = nodes + 4 * (cell + k);
            window[k] = load(node) * vertical[0] + load(node + row_floats) * vertical[1] +
                        load(node + 2 * row_floats) * vertical[2] + load(node + 3 * row_floats) * vertical[3];
        }
        ready = cell;
        const int32_t end = (cell + 1) * spacing < width ? (cell + 1) * spacing : width;
        for (int32_t x = cell * spacing, p = 0; x < end; x++, p++) {
            if (state[4 * x + 3] < opaque) continue;
            const float *w = horizontal[p];
            composite_pixel(
                window[0] * w[0] + window[1] * w[1] + window[2] * w[2] + window[3] * w[3], length[x], step, opaque, state + 4 * x);
        }
    }
}
