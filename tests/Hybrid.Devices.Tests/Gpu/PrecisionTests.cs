using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Devices.Tests.Host;
using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Gpu;

/// <summary>A layer in each precision, on the PTX machine, beside the host's bits.</summary>
public class PrecisionTests
{
    const int K = 4;

    /// <summary>A factor errs by 2⁻¹¹ or 2⁻⁸ of itself, a product by twice that, to first order.</summary>
    [TestCase(Precision.Tf32, 11)]
    [TestCase(Precision.Bf16, 8)]
    public void Many_outputs_are_rounded(Precision precision, int bits)
    {
        // 12 × 11 tiles of 64 × 64.
        var (exact, rounded, sizes) = Layer(precision, 64 * 12, 64 * 11);
        Assert.That(rounded, Is.Not.EqualTo(exact));
        var bound = 1.01 * Math.ScaleB(1, 1 - bits);
        for (var i = 0; i < exact.Length; i++)
            Assert.That(Math.Abs(rounded[i] - exact[i]), Is.LessThanOrEqualTo(bound * sizes[i]));
    }

    [Test]
    public void Few_outputs_are_exact([Values] Precision precision)
    {
        var (exact, rounded, _) = Layer(precision, 64 * 12, 64 * 10);
        Assert.That(rounded, Is.EqualTo(exact));
    }

    /// <summary>y = x·w on the host, in a precision, and Σ|x·w|.</summary>
    static (float[] Exact, float[] Rounded, double[] Sizes) Layer(Precision precision, int B, int N)
    {
        float[] x = Sample.Uniform(B * K, 1), w = Sample.Uniform(K * N, 2);
        var sizes = new double[B * N];
        for (var i = 0; i < sizes.Length; i++)
            for (var k = 0; k < K; k++)
                sizes[i] += Math.Abs((double)x[i / N * K + k] * w[k * N + i % N]);
        using var host = new HostDevice();
        using var gpu = GpuDevice.Ptx();
        gpu.Precision = precision;
        return (On(host), On(gpu), sizes);

        float[] On(Device device)
        {
            var y = device.Arena.Allocate(B, N);
            device.Ops.Affine(
                device.From(x, B, K), device.From(w, K, N), device.Arena.Allocate(N, 1), Activation.Identity, y);
            return device.ToArray(y);
        }
    }
}
