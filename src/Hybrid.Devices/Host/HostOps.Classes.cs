namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void CrossEntropyRows(Tensor logits, Tensor y, Tensor nll) => Share(
        new CrossEntropyRange<T>(View(logits), View(y), View(nll), logits.Cols), logits.Rows,
        (long)logits.Cols * Transcendental);

    public void CrossEntropyRowsGrad(Tensor logits, Tensor y, Tensor nll, Tensor dNll, Tensor dLogits) => Share(
        new CrossEntropyGradRange<T>(
            View(logits), View(y), View(nll), View(dNll), View(dLogits), logits.Cols),
        logits.Rows, (long)logits.Cols * Transcendental);
}
