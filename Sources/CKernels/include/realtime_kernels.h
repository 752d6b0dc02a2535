// Real-time rendering from baked blocks: mixing them, finding which planes of the volume a tile of pixels meets, marching.
//
// A block is 64 points of four values: r, g, b and density, in units of 1 / ADN_UNIT of full scale, 16-bit. What varies is a
// sum of rows of 256 8-bit numbers, each times a coefficient of the frame's.
#ifndef REALTIME_KERNELS_H
#define REALTIME_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ADN_UNIT = 30000,       // of a 16-bit value: colour 1, or the densest that is told apart
    ADN_BLOCK_VALUES = 256, // of a block: 2 planes of 4 rows of 8 points of 4 values
    ADN_FAINT = 12,         // what a row may add at most and be left out: 1 / 10 of an 8-bit step
    ADN_TILE = 8,           // pixels along a tile's edge
    ADN_MAX_PLANES = 1024,
};

// Blocks and what they are mixed from. Swift may share it: nobody writes to what it points to.
typedef struct __attribute__((swift_attr("@Sendable"))) {
    const int16_t *mean;      // [blocks][256]
    const int8_t *rows;       // [sum of ranks][256]
    const uint32_t *first;    // [blocks + 1]: a block's first row
    const uint16_t *map;      // [sum of ranks][global]: a row's coefficient from the frame's, in half precision
    const uint32_t *place;    // [blocks]: where a block's first value goes, in values
    int32_t global;           // coefficients of a frame
    ptrdiff_t row_stride;     // values between the places of a block's rows
    ptrdiff_t plane_stride;   // and of its two planes
    int32_t lift;             // added to densities, so that memory which nobody ever wrote to, zeros, is empty space
    bool settled;             // the blocks have been mixed into this memory before: those without rows stay as they are
} adn_blocks;

// out = mean + rows' mixture, for the blocks from..<to; `coefficients[global]`. Blocks that are not in seen[block] (null: all are)
// stay as they are, once all have been mixed before.
// dense[block], unless null: bit p is set where plane p of the block holds density over `threshold`, in 16-bit units.
void adn_mix_blocks(
    const adn_blocks *blocks, size_t from, size_t to, const float *coefficients, int16_t *out, float threshold, const uint8_t *seen,
    uint8_t *dense);

// A volume of points and the camera that looks at it, in the volume's own axes: a plane is a set of points of equal z.
// Swift may share it: its points are written before it is marched through.
typedef struct __attribute__((swift_attr("@Sendable"))) {
    const int16_t *points;    // [planes][height][width][4]
    int32_t width, height, planes;
    float origin[3];          // the camera, in points
    float axes[3][3];         // [x, y, z][right, up, back] of the camera, in points a unit of length
    float spacing[3];         // scene units between points
    float focal, center_x, center_y;
    float near, far;          // depth
    float density_unit;       // density of a 16-bit value of ADN_UNIT
    float lift;               // of densities, in 16-bit units
    float opaque;             // transmittance under which a pixel is finished
    int32_t picture_width, picture_height;
    bool ascending;           // whether the camera looks towards higher planes
} adn_volume;

// Tiles across and down.
static inline int32_t adn_tiles(int32_t pixels) { return (pixels + ADN_TILE - 1) / ADN_TILE; }
// 64-bit words of a tile's set of planes.
static inline int32_t adn_plane_words(int32_t planes) { return (planes + 63) / 64; }

// seen[block] = whether the picture may show anything of it, or of what is interpolated from it, for the blocks from..<to.
void adn_find_seen_blocks(const adn_volume *volume, const int16_t (*corner)[3], size_t from, size_t to, uint8_t *seen);

// Adds to the tiles' sets the planes in which blocks from..<to are dense. Several threads may write the same sets.
// corner[block]: its first point. A block also counts for the points before it, from which interpolation reaches into it.
void adn_splat_blocks(
    const adn_volume *volume, const int16_t (*corner)[3], const uint8_t *dense, size_t from, size_t to, uint64_t *sets);

// Marches the pixels of a tile that `step` (1 or 2) picks, every one or every other in every other row, into
// out[pixel] = r, g, b in [0, 1], weighted, and what is left of the light. Pixels with `light` (null: all) under
// `opaque` are left out and keep all of it.
void adn_march_tile(
    const adn_volume *volume, const uint64_t *sets, int32_t tile_x, int32_t tile_y, int32_t step, const float *light, float *out);

// After a march of every other pixel of the whole picture: fills in the others of a tile, by interpolation where it cannot be
// wrong by much more than `tolerance` in colour or light, otherwise by marching. Returns the pixels marched.
int32_t adn_refine_tile(
    const adn_volume *volume, const uint64_t *sets, int32_t tile_x, int32_t tile_y, float tolerance, const float *light, float *out);

// Puts together `count` pixels: out[3 or 4 bytes] from head[4], torso[4] (null: none) and background[3 bytes] (null: none).
// With alpha the colour is straight.
void adn_compose(
    const float *head, const float *torso, const uint8_t *background, size_t count, bool alpha, uint8_t *out);

// out[pixel] = the image's values in [0, 1] at (x * scale_x + shift_x, y * scale_y + shift_y) of it, by bilinear interpolation, its edge
// carried on; for the picture's rows from..<to.
void adn_sample_image(
    const int16_t *image, int32_t image_width, int32_t image_height, ptrdiff_t pitch, float scale_x, float shift_x, float scale_y,
    float shift_y, int32_t width, int32_t from, int32_t to, float *out);

// sums[i][j] += rows[i] . rows[j] for i >= j; rows are `count` floats.
void adn_add_products(const float *rows, size_t row_count, size_t stride, size_t count, double *sums);

// The same by plain loops: the yardstick in tests.
bool adn_realtime_is_fast(void);
void adn_realtime_use_portable(bool portable);

#endif
