using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void SquareSums(Tensor x, Tensor y) =>
        Launch(K.SquareSums.Ladder, new(Row(x), View(y), (int)x.Length));

    public void ClipNorm(Tensor x, Tensor squares, float limit) =>
        Launch(K.ClipNorm.Ladder, new(Row(x), View(squares), limit, (int)x.Length));
}
