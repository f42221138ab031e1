namespace Hybrid.Kernels;

#region formats
/// <summary>What tensor cores round factors to, and how a word of a tile holds it.</summary>
public interface ITensorFormat
{
    /// <summary>Numbers in a word, neighbours along k.</summary>
    static abstract int PerWord { get; }

    /// <summary>A word of them; where it holds one, the second is left out.</summary>
    static abstract uint Word(float first, float second);

    /// <summary>c + a·b of a warp's tile, sums in float32.</summary>
    static abstract SumFragment Multiply(SumFragment c, LeftFragment a, RightFragment b);
}

/// <summary>float32's exponent and ten bits of mantissa.</summary>
public readonly struct Tf32 : ITensorFormat
{
    public static int PerWord => 1;

    public static uint Word(float first, float second) => TensorCore.ToTf32(first);

    public static SumFragment Multiply(SumFragment c, LeftFragment a, RightFragment b) =>
        TensorCore.MultiplyTf32(c, a, b);
}

/// <summary>float32's exponent and seven bits of mantissa: its upper half, rounded.</summary>
public readonly struct Bf16 : ITensorFormat
{
    public static int PerWord => 2;

    public static uint Word(float first, float second) => TensorCore.ToBf16(first, second);

    public static SumFragment Multiply(SumFragment c, LeftFragment a, RightFragment b) =>
        TensorCore.MultiplyBf16(c, a, b);
}
#endregion
