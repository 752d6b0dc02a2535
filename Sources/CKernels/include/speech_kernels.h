#ifndef SPEECH_KERNELS_H
#define SPEECH_KERNELS_H
#include <stddef.h>
#include <stdint.h>

#endif
