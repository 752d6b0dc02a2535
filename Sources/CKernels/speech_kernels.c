#include "speech_kernels.h"
