// Every SIMD loop of the engine. Each kernel has a scalar twin; variants are chosen once at start by CPU features.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "march_kernels.h"
#include "nerf_kernels.h"
#include "realtime_kernels.h"
#include "speech_kernels.h"

#endif
