using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Images as rows of pixels.</summary>
sealed unsafe partial class HostOps<T, TWord>
{
    public void Downsample(Tensor x, float factor, in ImageShape shape, Tensor y) => Share(
        new DownsampleRange<T>(View(x), factor, View(y), shape),
        shape.N * shape.H / 2, 2L * shape.W * shape.C * Cheap);

    public void Upsample(Tensor x, float factor, in ImageShape shape, Tensor y) => Share(
        new UpsampleRange<T>(View(x), factor, View(y), shape),
        shape.N * shape.H / 2, 2L * shape.W * shape.C * Cheap);

    public void AddPerImage(Tensor x, int pixels, Tensor y) => Share(
        new AddPerImageRange<T>(View(x), View(y), pixels, x.Cols), x.Rows, (long)pixels * x.Cols * Cheap);

    public void SumPerImage(Tensor x, int pixels, Tensor y) => Share(
        new SumPerImageRange<T>(View(x), View(y), pixels, y.Cols), y.Rows, (long)pixels * y.Cols * Cheap);
}
