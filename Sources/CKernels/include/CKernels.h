// Every SIMD loop of the engine. Each kernel has a scalar twin; variants are chosen once at start by CPU features.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "speech_kernels.h"

#endif
