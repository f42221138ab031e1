using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>A formula over spans: full lanes first, then one masked lane for the tail.</summary>
/// <remarks>
/// The width is chosen once per process and changes no bit of the result. The output may be one of the
/// inputs; other overlap is not allowed. These loops are for examples, tests and small work; the kernels'
/// host twins have their own, with their own order of reduction.
/// </remarks>
public static unsafe class LaneLoop
{
    /// <summary>y[i] = f(a[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Map<TFormula>(ReadOnlySpan<float> a, Span<float> y) where TFormula : IFormula1
    {
        if (Avx512F.IsSupported) Map<TFormula, F32x16>(a, y);
        else if (Avx2.IsSupported) Map<TFormula, F32x8>(a, y);
        else Map<TFormula, F32x4>(a, y);
    }

    /// <summary>y[i] = f(a[i], b[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Map<TFormula>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TFormula : IFormula2
    {
        if (Avx512F.IsSupported) Map<TFormula, F32x16>(a, b, y);
        else if (Avx2.IsSupported) Map<TFormula, F32x8>(a, b, y);
        else Map<TFormula, F32x4>(a, b, y);
    }

    /// <summary>y[i] = f(a[i], b[i], c[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Map<TFormula>(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> y)
        where TFormula : IFormula3
    {
        if (Avx512F.IsSupported) Map<TFormula, F32x16>(a, b, c, y);
        else if (Avx2.IsSupported) Map<TFormula, F32x8>(a, b, c, y);
        else Map<TFormula, F32x4>(a, b, c, y);
    }

    #region lane-loop
    /// <summary>y[i] = f(a[i]) on a lane of the caller's choice.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Map<TFormula, T>(ReadOnlySpan<float> a, Span<float> y)
        where TFormula : IFormula1
        where T : unmanaged, IVectorLane<T>
    {
        SameLength(a.Length, y.Length);
        fixed (float* pa = a, py = y)
        {
            var i = 0;
            for (; i <= y.Length - T.Width; i += T.Width)
                T.Store(TFormula.Apply(T.Load(pa + i)), py + i);
            var rest = y.Length - i;
            if (rest > 0)
                T.StoreFirst(TFormula.Apply(T.LoadFirst(pa + i, rest)), py + i, rest);
        }
    }
    #endregion

    /// <inheritdoc cref="Map{TFormula,T}(ReadOnlySpan{float},Span{float})"/>
    public static void Map<TFormula, T>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TFormula : IFormula2
        where T : unmanaged, IVectorLane<T>
    {
        SameLength(a.Length, y.Length);
        SameLength(b.Length, y.Length);
        fixed (float* pa = a, pb = b, py = y)
        {
            var i = 0;
            for (; i <= y.Length - T.Width; i += T.Width)
                T.Store(TFormula.Apply(T.Load(pa + i), T.Load(pb + i)), py + i);
            var rest = y.Length - i;
            if (rest > 0)
                T.StoreFirst(
                    TFormula.Apply(T.LoadFirst(pa + i, rest), T.LoadFirst(pb + i, rest)), py + i, rest);
        }
    }

    /// <inheritdoc cref="Map{TFormula,T}(ReadOnlySpan{float},Span{float})"/>
    public static void Map<TFormula, T>(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> y)
        where TFormula : IFormula3
        where T : unmanaged, IVectorLane<T>
    {
        SameLength(a.Length, y.Length);
        SameLength(b.Length, y.Length);
        SameLength(c.Length, y.Length);
        fixed (float* pa = a, pb = b, pc = c, py = y)
        {
            var i = 0;
            for (; i <= y.Length - T.Width; i += T.Width)
                T.Store(TFormula.Apply(T.Load(pa + i), T.Load(pb + i), T.Load(pc + i)), py + i);
            var rest = y.Length - i;
            if (rest > 0)
                T.StoreFirst(
                    TFormula.Apply(
                        T.LoadFirst(pa + i, rest), T.LoadFirst(pb + i, rest), T.LoadFirst(pc + i, rest)),
                    py + i, rest);
        }
    }

    static void SameLength(int input, int output)
    {
        if (input != output)
            throw new ArgumentException(
                $"An input has {input} elements and the output {output}; make them equal.");
    }
}
