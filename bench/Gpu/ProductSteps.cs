using Hybrid.Devices.Gpu;

namespace Hybrid.Bench;

/// <summary>What stands beside a product's ladder on a GPU: cuBLAS with the same factors, as the yardstick.</summary>
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

    /// <summary>None for what is no product, and none without cuBLAS.</summary>
    public IEnumerable<LadderStep> Of(OperationCase operation)
    {
        if (library is null || operation.Factors is not { } factors || !yardsticks.Contains(factors)) yield break;
        yield return new(
            $"cuBLAS, {factors.ToString().ToLowerInvariant()}, the product alone",
            () => Yardstick(operation, library, factors))
        { Factors = factors, IsYardstick = true };
    }

    ReadyRung Yardstick(OperationCase operation, CuBlasLibrary cublas, Factors factors)
    {
        var gpu = open();
        // The product alone, whatever ours does with it in the same launch.
        var product = operation.Bind(gpu).Product! with { Bias = null, Relu = false };
        var handle = new CuBlas(cublas, gpu, factors);
        var launch = handle.Product(gpu, product);
        return new(gpu, launch, [product.C], stopping => GpuTiming.Of(gpu, launch, stopping))
        {
            Check = ProductCheck.Of(gpu, product, factors), Library = handle,
        };
    }
}
