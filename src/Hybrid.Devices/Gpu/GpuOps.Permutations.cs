using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void PermuteColumns(Tensor x, Tensor keys, Tensor y) =>
        Launch(K.PermuteColumns.Ladder, new(View(x), View(keys), View(y), x.Rows, x.Cols));
}
