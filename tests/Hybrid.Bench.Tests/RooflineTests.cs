using Hybrid.Kernels;

namespace Hybrid.Bench.Tests;

[TestFixture]
public class RooflineTests
{
    [Test]
    public void The_kernel_of_the_GPU_roof_is_nothing_but_fused_steps()
    {
        using var compiler = KernelContext.PtxCompiler();
        var ptx = compiler.Compile(typeof(GpuRoofline).GetMethod(nameof(GpuRoofline.Fma))!);

        Assert.That(ptx.Split("fma.rn.f32").Length - 1, Is.GreaterThanOrEqualTo(8 * 4));
        Assert.That(ptx, Does.Not.Contain(".local").And.Not.Contain("call").And.Not.Contain("mul.rn.f32"));
    }

    [Test]
    public void A_step_of_the_VAE_has_the_flops_of_its_products()
    {
        // Weights 784·400 + 400·200 + 200·40 encode, 20·200 + 200·400 + 400·784 decode.
        const long encoder = 401_600, decoder = 397_600, first = 784 * 400;

        Assert.That(VaeStep.GemmFlops(128), Is.EqualTo(2 * 128 * (3 * (encoder + decoder) - first)));
    }
}
