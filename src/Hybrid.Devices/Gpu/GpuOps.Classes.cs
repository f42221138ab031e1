using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void CrossEntropyRows(Tensor logits, Tensor y, Tensor nll) => Launch(
        K.CrossEntropyRows.Ladder, new(View(logits), View(y), View(nll), logits.Rows, logits.Cols));

    public void CrossEntropyRowsGrad(Tensor logits, Tensor y, Tensor nll, Tensor dNll, Tensor dLogits) => Launch(
        K.CrossEntropyRowsGrad.Ladder, new(
            View(logits), View(y), View(nll), View(dNll), View(dLogits), logits.Rows, logits.Cols));
}
