// The yardstick: the network as the release writes it, one sample at a time, nothing folded and nothing packed.
#include <math.h>
#include <string.h>

#include "nerf_network.h"

static void linear(const adn_linear *layer, const float *input, float *output, bool rectify) {
    for (int32_t o = 0; o < layer->out; o++) {
        // Eight running sums: the order is fixed, and the compiler may still use vectors.
        float sums[8] = {0};
        const float *weight = layer->weight + (size_t)o * layer->in;
        int32_t k = 0;
        for (; k + 8 <= layer->in; k += 8)
            for (int l = 0; l < 8; l++) sums[l] += weight[k + l] * input[k + l];
        for (int l = 0; k < layer->in; k++, l++) sums[l] += weight[k] * input[k];
        float sum = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
        sum += layer->bias[o];
        output[o] = rectify && !(sum > 0) ? 0 : sum;
    }
}

static int32_t encode(const float *x, int32_t octaves, float *out) {
    int32_t n = 0;
    for (int axis = 0; axis < 3; axis++) out[n++] = x[axis];
    for (int32_t k = 0; k < octaves; k++) {
        for (int axis = 0; axis < 3; axis++) out[n++] = sinf(x[axis] * (float)(1 << k));
        for (int axis = 0; axis < 3; axis++) out[n++] = cosf(x[axis] * (float)(1 << k));
    }
    return n;
}

// Here `condition` is the condition itself, and a ray's row is its unit direction.
void adn_evaluate_scalar(
    const adn_network *network, const float *condition, const float *rays, adn_samples samples, bool density_only,
    float *raw) {
    const adn_shape *shape = &network->shape;
    float points[ADN_MAX_INPUTS], joined[ADN_MAX_INPUTS + ADN_MAX_WIDTH], hidden[2][ADN_MAX_WIDTH + ADN_MAX_INPUTS];
    for (size_t i = 0; i < samples.count; i++) {
        const float position[3] = {samples.x[i], samples.y[i], samples.z[i]};
        int32_t inputs = encode(position, shape->octaves, points);
        memcpy(points + inputs, condition, (size_t)shape->condition * sizeof(float));
        inputs += shape->condition;
        const float *input = points;
        float *output = hidden[0];
        for (int32_t l = 0; l < shape->depth; l++) {
            output = hidden[l & 1];
            linear(&network->plain.points[l], input, output, true);
            input = output;
            if (l == ADN_SKIP && l + 1 < shape->depth) {
                memcpy(joined, points, (size_t)inputs * sizeof(float));
                memcpy(joined + inputs, output, (size_t)shape->width * sizeof(float));
                input = joined;
            }
        }
        linear(&network->plain.density, output, raw + i * 4 + 3, false);
        if (density_only) continue;
        memcpy(joined, output, (size_t)shape->width * sizeof(float));
        encode(rays + (size_t)samples.ray[i] * 3, shape->direction_octaves, joined + shape->width);
        input = joined;
        for (int32_t l = 0; l < shape->view_layers; l++) {
            output = hidden[l & 1];
            linear(&network->plain.views[l], input, output, true);
            input = output;
        }
        linear(&network->plain.color, input, raw + i * 4, false);
    }
}
