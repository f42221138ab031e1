using System.Runtime.CompilerServices;

namespace Hybrid.Devices.Host;

/// <summary>Memory for copies: grows with the largest convolution, and then stays.</summary>
sealed unsafe class ConvScratch
{
    /// <summary>Words of a cache line.</summary>
    const int Line = 16;

    float[] memory = [];

    /// <summary>Room for so many words, at a cache line; what it held before is lost.</summary>
    public float* Words(long words)
    {
        if (memory.Length < words + Line)
            memory = GC.AllocateUninitializedArray<float>(checked((int)(words + Line)), pinned: true);
        var at = (nint)Unsafe.AsPointer(ref memory[0]);
        return (float*)((at + Line * sizeof(float) - 1) & -(Line * sizeof(float)));
    }
}
