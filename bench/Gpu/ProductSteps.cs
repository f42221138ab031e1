using Hybrid.Devices.Gpu;

namespace Hybrid.Bench;

/// <summary>What stands beside a product's ladder on a GPU: our tensor cores, and cuBLAS as the yardstick.</summary>
/// <param name="open">Opens the GPU.</param>
/// <param name="library">cuBLAS, where it is here.</param>
/// <param name="yardsticks">Which of its products this GPU does.</param>
sealed class ProductSteps(Func<GpuDevice> open, CuBlasLibrary? library, IReadOnlyList<Factors> yardsticks)
{
    /// <summary>Why cuBLAS does not do such a product on a GPU, found by a small one; null where it does.</summary>
    public static string? Refusal(CuBlasLibrary library, GpuDevice gpu, Factors factors)
    {
        try
        {
            using var cublas = new CuBlas(library, gpu, factors);
            var square = gpu.Arena.Allocate(16, 16);
            cublas.Product(gpu, new(Comparison.GemmOp.NN, square, square, gpu.Arena.Allocate(16, 16)))();
            gpu.Synchronize();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>None for what is no product.</summary>
    public IEnumerable<LadderStep> Of(OperationCase operation)
    {
        if (operation.TensorLadder is null) return [];
        var ours = operation.TensorLadder.Rungs.Select((rung, i) =>
            new LadderStep(rung.Name, () => Tensor(operation, i)) { Factors = Factors.Tf32 });
        if (library is null) return ours;
        return ours.Concat(yardsticks.Select(factors =>
            new LadderStep($"cuBLAS, {factors.ToString().ToLowerInvariant()}, the product alone",
                () => Yardstick(operation, library, factors))
            { Factors = factors, IsYardstick = true }));
    }

    ReadyRung Tensor(OperationCase operation, int rung)
    {
        var gpu = open();
        var bound = operation.Bind(gpu);
        return Ready(gpu, bound.TensorRungs[rung].Launch, bound.Product!, Factors.Tf32);
    }

    ReadyRung Yardstick(OperationCase operation, CuBlasLibrary cublas, Factors factors)
    {
        var gpu = open();
        // The product alone, whatever ours does with it in the same launch.
        var product = operation.Bind(gpu).Product! with { Bias = null, Relu = false };
        var handle = new CuBlas(cublas, gpu, factors);
        return Ready(gpu, handle.Product(gpu, product), product, factors) with { Library = handle };
    }

    static ReadyRung Ready(GpuDevice gpu, Action launch, BoundProduct product, Factors factors) =>
        new(gpu, launch, [product.C], stopping => GpuTiming.Of(gpu, launch, stopping))
        {
            Check = outputs => ProductCheck.Largest(gpu, product, factors, outputs.Tensors[0]) <= 1,
        };
}
