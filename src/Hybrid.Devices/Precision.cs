namespace Hybrid.Devices;

/// <summary>What the products of layers may round their factors to.</summary>
public enum Precision
{
    /// <summary>Nothing is rounded beyond float32: the same bits on every device.</summary>
    Fp32,

    /// <summary>Tensor cores with ten bits of mantissa: on GPUs, and not the same bits.</summary>
    Tf32,

    /// <summary>Tensor cores with seven bits of mantissa, two numbers to a word: as tf32, and coarser.</summary>
    Bf16,
}
