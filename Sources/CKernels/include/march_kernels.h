// Marching through a radiance field plane by plane, all rays of a picture abreast.
//
// The raw field is known on a lattice: columns x rows nodes, `spacing` pixels apart, node (1, 1) at pixel (0, 0), on
// parallel planes of equal depth. Values are r, g, b, density, raw, side by side. Between nodes the RAW field is
// interpolated, before relu and sigmoid: it is smooth where the picture has edges. Across the picture by Catmull-Rom splines.
#ifndef MARCH_KERNELS_H
#define MARCH_KERNELS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int32_t columns;
    int32_t rows;
    int32_t spacing;
} adn_lattice;

// out[i] = whether any of the (2 * radius + 1)^2 bytes around node i is set. `scratch` has as many bytes as the lattice.
void adn_dilate(adn_lattice lattice, int32_t radius, const uint8_t *set, uint8_t *out, uint8_t *scratch);

// The slice between the planes `front` and `back`, t of the way, where both are known: on the parabola through the plane
// `before` them too where that is known. Other nodes in `border`, the known ones dilated by one, take the mean of their
// known neighbours: they only support the interpolation across the picture. What is farther out is empty.
void adn_mix_planes(
    adn_lattice lattice, const float *before, const uint8_t *before_known, const float *front, const float *back,
    const uint8_t *known, const uint8_t *border, float t, float *slice);

// transmittance[i] *= exp(-density * length[i] * step) at the known nodes.
void adn_attenuate_nodes(
    adn_lattice lattice, const float *slice, const uint8_t *known, const float *length, float step, float *transmittance);

// Composites one slice into one row of pixels. state[x] = r, g, b, transmittance. `cells` marks, by their first node, the
// lattice cells that may hold density; a pixel whose transmittance is under `opaque` is finished.
// length[x]: scene units a unit of depth along the pixel's ray; step: the slice's thickness in depth.
void adn_composite_row(
    adn_lattice lattice, const float *slice, const uint8_t *cells, int32_t width, int32_t y, const float *length,
    float step, float opaque, float *state);

#endif
