namespace Hybrid.Devices;

/// <summary>What the products of layers may round their factors to, where that is faster.</summary>
/// <remarks>
/// It is a permission: products of few outputs leave tensor cores idle, and their exact kernels are faster. Those of
/// a VAE of a few hundred units at a batch of 128 round nothing.
/// </remarks>
public enum Precision
{
    /// <summary>Nothing is rounded beyond float32: the same bits on every device.</summary>
    Fp32,

    /// <summary>Tensor cores with ten bits of mantissa: on GPUs, and not the same bits.</summary>
    Tf32,

    /// <summary>Tensor cores with seven bits of mantissa, two numbers to a word: as tf32, and coarser.</summary>
    Bf16,
}
