namespace Hybrid.Devices.Tests.Gpu;

/// <summary>What a transformer of pictures is made of beside layers and attention.</summary>
public sealed partial class SameBitsTests
{
    [Test]
    public void Modulation([Values(1, 33, 40)] int cols, [Values(1, 5)] int rows) => MustAgree(d =>
    {
        const int conditions = 3;
        Tensor Rows() => d.Random(conditions * rows, cols);
        Tensor Vectors() => d.Random(conditions, cols);
        Tensor x = Rows(), y = Rows(), dx = Rows(), gated = Rows(), dh = Rows();
        Tensor shift = Vectors(), scale = Vectors(), dShift = Vectors(), dScale = Vectors(), dGate = Vectors();
        var statistics = d.Random(conditions * rows, 2);
        d.Ops.ModulatedLayerNorm(x, shift, scale, y, statistics);
        d.Ops.ModulatedLayerNormGrad(x, scale, statistics, y, dx);
        d.Ops.ModulationGrad(x, statistics, dx, dShift, dScale);
        d.Ops.AddGated(x, y, scale, gated);
        d.Ops.AddGatedGrad(y, scale, gated, dh, dGate);
        return [y, statistics, dx, dShift, dScale, gated, dh, dGate];
    });

    [Test]
    public void Transposed_blocks([Values(1, 4)] int width) => MustAgree(d =>
    {
        Tensor x = d.Random(6, 5 * width), y = d.Random(10, 3 * width);
        d.Ops.TransposeBlocks(x, 3, width, y);
        return [y];
    });
}
