using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void MatrixProduct(Tensor x, Tensor w, Tensor y) => Multiply(
        new(arena.At(x), x.Stride, 1, View(w), false, View(y), x.Rows, w.Cols, x.Cols), default(NoEnd));

    public void BatchedProduct(Factors factors, Tensor a, Tensor b, int count, Tensor y)
    {
        bool left = factors == Factors.LeftTransposed, right = factors == Factors.RightTransposed;
        var depth = left ? a.Rows / count : a.Cols;
        var first = new GemmShape(
            arena.At(a), left ? 1 : a.Stride, left ? a.Stride : 1, View(b), right, View(y),
            y.Rows / count, y.Cols, depth);
        var steps = new GemmSteps(Step(a), Step(b), Step(y));
        if (count < 2 * pool.Threads)
        {
            for (var i = 0; i < count; i++) Multiply(first.Moved(steps, i), default(NoEnd));
            return;
        }
        var threads = count * first.Work < ProductWorthSharing ? 1 : pool.Threads;
        RunTasks(new BatchedGemm<T>(first, steps, count, scratch.Panels), threads);

        nint Step(Tensor tensor) => tensor.Rows / count * (nint)tensor.Stride;
    }
}
