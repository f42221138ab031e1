using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    /// <summary>Products below this many multiply-adds (4 µs) stay on one core.</summary>
    const long ProductWorthSharing = 1 << 17;

    public void Affine(Tensor x, Tensor w, Tensor bias, Activation act, Tensor y)
    {
        var shape = new GemmShape(arena.At(x), x.Stride, 1, View(w), false, View(y), x.Rows, w.Cols, x.Cols);
        switch (act)
        {
            case Activation.Identity: Multiply<IdentityFormula>(shape, View(bias)); break;
            case Activation.Relu: Multiply<Relu>(shape, View(bias)); break;
            case Activation.Tanh: Multiply<Tanh>(shape, View(bias)); break;
            case Activation.Silu: Multiply<Silu>(shape, View(bias)); break;
            case Activation.Gelu: Multiply<Gelu>(shape, View(bias)); break;
            case Activation.Sigmoid: Multiply<Sigmoid>(shape, View(bias)); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    public void AffineGradInput(Tensor dy, Tensor w, Tensor dx) => Multiply<IdentityFormula>(
        new(arena.At(dy), dy.Stride, 1, View(w), true, View(dx), dy.Rows, w.Rows, w.Cols), default);

    public void AffineGradWeight(Tensor x, Tensor dy, Tensor dw) => Multiply<IdentityFormula>(
        new(arena.At(x), 1, x.Stride, View(dy), false, View(dw), x.Cols, dy.Cols, x.Rows), default);

    void Multiply<TActivation>(GemmShape shape, View bias) where TActivation : IFormula1
    {
        var threads = shape.Work < ProductWorthSharing ? 1 : pool.Threads;
        // A copy pays where more than one panel reads it. A scalar machine reads in place.
        if (shape.ATransposed && T.Width > 1 && shape.N > GemmTile.MaxLanes * T.Width)
        {
            var tiles = scratch.Tiles(PackTiles<T>.Words(shape.M, shape.K));
            var pack = new PackTiles<T>(shape.A, shape.AK, shape.M, shape.K, tiles);
            RunTasks(pack, pack.Tasks, threads);
            shape = shape.WithTiles(tiles, GemmTile.Rows<T>());
        }
        var gemm = new Gemm<T, TActivation>(shape, bias, scratch, threads);
        RunTasks(gemm, gemm.Tasks, threads);
    }

    void RunTasks<TTasks>(TTasks work, int tasks, int threads) where TTasks : unmanaged, ITasks
    {
        if (threads > 1) pool.Run(work, tasks);
        else for (var task = 0; task < tasks; task++) work.Run(task, 0);
    }

    public void ColumnSums(Tensor x, Tensor y)
    {
        var groups = (x.Cols - 1) / ColumnGroup<T>.Cols + 1;
        Share(new ColumnGroup<T>(View(x), x.Rows, x.Cols, View(y)), groups, (long)x.Rows * ColumnGroup<T>.Cols);
    }
}
