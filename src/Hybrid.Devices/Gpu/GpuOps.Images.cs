using Hybrid.Formulas;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void Downsample(Tensor x, float factor, in ImageShape shape, Tensor y) =>
        Launch(K.Downsample.Ladder, new(View(x), factor, View(y), shape));

    public void Upsample(Tensor x, float factor, in ImageShape shape, Tensor y) =>
        Launch(K.Upsample.Ladder, new(View(x), factor, View(y), shape));

    public void AddPerImage(Tensor x, int pixels, Tensor y) =>
        Launch(K.AddPerImage.Ladder, new(View(x), View(y), x.Rows, pixels, x.Cols));

    public void SumPerImage(Tensor x, int pixels, Tensor y) =>
        Launch(K.SumPerImage.Ladder, new(View(x), View(y), y.Rows, pixels, y.Cols));

    public void GroupNorm(
        Tensor x, Tensor gain, Tensor bias, in GroupShape shape, Activation act, Tensor y, Tensor moments)
    {
        Launch(K.GroupMoments.Ladder, new(View(x), View(moments), shape));
        Launch(K.GroupNorm.Ladder, new(View(x), View(moments), View(gain), View(bias), act, View(y), shape));
    }

    public void GroupNormSums(
        Tensor x, Tensor moments, Tensor gain, Tensor bias, Tensor dy, in GroupShape shape, Activation act,
        Tensor sums, Tensor products) => Launch(
        K.GroupNormSums.Ladder, new(
            View(x), View(moments), View(gain), View(bias), act, View(dy), View(sums), View(products), shape));

    public void GroupNormGrad(
        Tensor x, Tensor moments, Tensor gain, Tensor bias, Tensor dy, Tensor sums, Tensor products,
        in GroupShape shape, Activation act, Tensor dx) => Launch(K.GroupNormGrad.Ladder, new(
            View(x), View(moments), View(gain), View(bias), act, View(dy), View(sums), View(products), View(dx),
            shape));
}
