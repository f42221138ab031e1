using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    /// <summary>Products below this many multiply-adds (4 µs) stay on one core.</summary>
    const long ProductWorthSharing = 1 << 17;

    public void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y) =>
        Affine(x, w, View(bias), act, y, default(View));

    public void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y, Tensor pre) =>
        Affine(x, w, View(bias), act, y, View(pre));

    void Affine(Tensor x, Tensor w, View bias, Activation act, Tensor y, View pre)
    {
        var shape = new GemmShape(arena.At(x), x.Stride, 1, View(w), false, View(y), x.Rows, w.Cols, x.Cols);
        switch (act)
        {
            case Activation.Identity: Multiply(shape, new BiasEnd<T, IdentityFormula>(bias, pre)); break;
            case Activation.Relu: Multiply(shape, new BiasEnd<T, Relu>(bias, pre)); break;
            case Activation.Tanh: Multiply(shape, new BiasEnd<T, Tanh>(bias, pre)); break;
            case Activation.Silu: Multiply(shape, new BiasEnd<T, Silu>(bias, pre)); break;
            case Activation.Gelu: Multiply(shape, new BiasEnd<T, Gelu>(bias, pre)); break;
            case Activation.Sigmoid: Multiply(shape, new BiasEnd<T, Sigmoid>(bias, pre)); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    public void AffineGradInput(Tensor dy, Tensor w, Activation act, Tensor known, Tensor dx)
    {
        var shape = new GemmShape(
            arena.At(dy), dy.Stride, 1, View(w), true, View(dx), dy.Rows, w.Rows, w.Cols);
        switch (act)
        {
            case Activation.Identity: Multiply(shape, default(NoEnd)); break;
            case Activation.Relu: Multiply(shape, Slope<ReluGradFromOutput>()); break;
            case Activation.Tanh: Multiply(shape, Slope<TanhGradFromOutput>()); break;
            case Activation.Sigmoid: Multiply(shape, Slope<SigmoidGradFromOutput>()); break;
            case Activation.Silu: Multiply(shape, Slope<Slope<Silu, SiluGrad>>()); break;
            case Activation.Gelu: Multiply(shape, Slope<Slope<Gelu, GeluGrad>>()); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }

        SlopeEnd<T, TSlope> Slope<TSlope>() where TSlope : IFormula1 => new(View(known));
    }

    public void AffineGradWeight(Tensor x, Tensor dy, Tensor dw) =>
        Multiply(GradWeight(x, dy, dw), default(NoEnd));

    public void AffineGradWeight(Tensor x, Tensor dy, Tensor dw, Tensor db) =>
        Multiply(GradWeight(x, dy, dw), default(NoEnd), db);

    GemmShape GradWeight(Tensor x, Tensor dy, Tensor dw) =>
        new(arena.At(x), 1, x.Stride, View(dy), false, View(dw), x.Cols, dy.Cols, x.Rows);

    void Multiply<TEnd>(GemmShape shape, TEnd end, Tensor? columnSums = null)
        where TEnd : unmanaged, IGemmEnd<TEnd>
    {
        var sums = columnSums is { } tensor ? View(tensor) : default;
        // One column would fill one place of a lane. As a row, its elements lie side by side.
        if (shape.IsColumn && end.TryTranspose(shape.M, out var transposed))
        {
            if (columnSums is { } y) ColumnSums(shape.B, shape.K, shape.N, y);
            sums = default;
            end = transposed;
            shape = shape.Transposed();
        }
        var threads = shape.Work < ProductWorthSharing ? 1 : pool.Threads;
        // A copy pays where more than one panel reads it. A scalar machine reads in place.
        if (!shape.ATransposed || T.Width == 1 || shape.N <= GemmTile.MaxLanes * T.Width)
            RunTasks(new Gemm<T, TEnd>(shape, end, sums, scratch.Panels, threads), threads);
        else
            for (var k = 0; k < shape.K; k += PackTiles<T>.Depth(shape.M))
                MultiplySlab(shape, k, Math.Min(shape.K, k + PackTiles<T>.Depth(shape.M)), end, sums, threads);
    }

    /// <summary>Steps [from, to) of a product whose A is transposed.</summary>
    void MultiplySlab<TEnd>(in GemmShape shape, int from, int to, TEnd end, View sums, int threads)
        where TEnd : unmanaged, IGemmEnd<TEnd>
    {
        var depth = to - from;
        var tiles = scratch.Tiles.Words(PackTiles<T>.Words(shape.M, depth));
        RunTasks(new PackTiles<T>(shape.A + from * shape.AK, shape.AK, shape.M, depth, tiles), threads);
        var slab = shape.Slab(tiles, GemmTile.Rows<T>(), from, to);
        RunTasks(new Gemm<T, TEnd>(slab, end, sums, scratch.Panels, threads), threads);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void RunTasks<TTasks>(TTasks work, int threads) where TTasks : unmanaged, ICountedTasks
    {
        if (threads > 1) pool.Run(work, work.Tasks);
        else for (var task = 0; task < work.Tasks; task++) work.Run(task, 0);
    }

    public void ColumnSums(Tensor x, Tensor y) => ColumnSums(View(x), x.Rows, x.Cols, y);

    void ColumnSums(View x, int rows, int cols, Tensor y)
    {
        var groups = (cols - 1) / ColumnGroup<T>.Cols + 1;
        Share(new ColumnGroup<T>(x, rows, cols, View(y)), groups, (long)rows * ColumnGroup<T>.Cols);
    }
}
