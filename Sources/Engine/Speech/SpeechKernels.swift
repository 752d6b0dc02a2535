import CKernels

/// The variant of the C kernels that this processor runs fastest, chosen once.
enum SpeechKernels {
    static let best: speech_kernels = speech_kernels_best().pointee
}
