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

    public void GroupNorm(Tensor x, Tensor gain, Tensor bias, in GroupShape shape, Tensor y, Tensor moments) =>
        Share(new GroupNormRange<T>(View(x), View(gain), View(bias), shape, View(y), View(moments)),
            shape.N, 3L * shape.Pixels * shape.C * Cheap);

    public void GroupNormSums(
        Tensor x, Tensor moments, Tensor dy, in GroupShape shape, Tensor sums, Tensor products) =>
        Share(new GroupNormSumsRange<T>(
            View(x), View(moments), View(dy), shape, View(sums), View(products)),
            shape.N, 2L * shape.Pixels * shape.C * Cheap);

    public void GroupNormGrad(
        Tensor x, Tensor moments, Tensor gain, Tensor dy, Tensor sums, Tensor products, in GroupShape shape,
        Tensor dx) =>
        Share(new GroupNormGradRange<T>(
            View(x), View(moments), View(gain), View(dy), View(sums), View(products), shape, View(dx)),
            shape.N, 2L * shape.Pixels * shape.C * Cheap);
}
