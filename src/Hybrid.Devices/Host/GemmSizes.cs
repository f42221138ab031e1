using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>A number that the compiler sees.</summary>
interface ISize
{
    static abstract int Value { get; }
}

readonly struct One : ISize { public static int Value => 1; }

readonly struct Two : ISize { public static int Value => 2; }

readonly struct Three : ISize { public static int Value => 3; }

readonly struct Four : ISize { public static int Value => 4; }

readonly struct Eight : ISize { public static int Value => 8; }

/// <summary>How large tiles are.</summary>
static class GemmTile
{
    /// <summary>Lanes across the widest tile.</summary>
    public const int MaxLanes = 3;

    /// <summary>
    /// Rows of the tallest tile: 8 × 3 accumulators with AVX-512's 32 registers, else 4 × 3.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Rows<T>() where T : unmanaged, IVectorLane<T> => T.Width == 16 ? 8 : 4;
}
