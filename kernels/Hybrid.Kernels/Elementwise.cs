using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>y = value: [B, D]; 4·B·D bytes written.</summary>
public static class Fill
{
    public readonly record struct Arguments(Rows Y, float Value, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Fill), a => Cost(a.B, a.D), [
        new("a thread per element", Fill_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) => b * d * new Cost(0, 4, 0, 0);

    public static void Fill_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Y[row, d] = new(a.Value);
    }
}

/// <summary>y += x: [B, D]; 8·B·D bytes read, 4·B·D written.</summary>
public static class Add
{
    public readonly record struct Arguments(Rows X, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Add), a => Cost(a.B, a.D), [
        new("a thread per element", Add_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) => b * d * new Cost(8, 4, 1, 0);

    public static void Add_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Y[row, d] += a.X[row, d];
    }
}

/// <summary>y = factor·x: [B, D]; 4·B·D bytes read, 4·B·D written.</summary>
public static class Scale
{
    public readonly record struct Arguments(Rows X, float Factor, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Scale), a => Cost(a.B, a.D), [
        new("a thread per element", Scale_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) => b * d * new Cost(4, 4, 1, 0);

    public static void Scale_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Y[row, d] = new F32(a.Factor) * a.X[row, d];
    }
}

/// <summary>
/// y[b, :] = source[indices[b], :]: a batch, gathered from a data set on the device.
/// </summary>
/// <remarks>
/// source: [N, D]; indices: [B] 32-bit integers, which lie in the arena like floats; y:
/// [B, D]. 4·B·D + 4·B bytes read, 4·B·D written. An index outside [0, N) reads other
/// memory.
/// </remarks>
public static class GatherRows
{
    public readonly record struct Arguments(
        Rows Source, Rows Indices, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GatherRows), a => Cost(a.B, a.D), [
        new("a thread per element", GatherRows_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(4, 4, 0, 0) + new Cost(4 * b, 0, 0, 0);

    public static void GatherRows_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Y[row, d] = a.Source[Exact.Bits(a.Indices[row].V), d];
    }
}
