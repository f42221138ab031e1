using Hybrid.Formulas;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void Attention(
        Tensor q, Tensor k, Tensor v, in AttentionShape shape, Tensor y, Tensor logSum) => Launch(
        K.Attention.Ladder, new(View(q), View(k), View(v), View(y), View(logSum), shape));

    public void AttentionDelta(Tensor y, Tensor dy, Tensor dLogSum, Tensor delta) => Launch(
        K.AttentionDelta.Ladder, new(View(y), View(dy), View(dLogSum), View(delta), y.Rows, y.Cols));

    public void AttentionGradQuery(
        Tensor q, Tensor k, Tensor v, Tensor dy, Tensor logSum, Tensor delta, in AttentionShape shape,
        Tensor dq) => Launch(K.AttentionGradQuery.Ladder, new(
            View(q), View(k), View(v), View(dy), View(logSum), View(delta), View(dq), shape));

    public void AttentionGradKeyValue(
        Tensor q, Tensor k, Tensor v, Tensor dy, Tensor logSum, Tensor delta, in AttentionShape shape,
        Tensor dk, Tensor dv) => Launch(K.AttentionGradKeyValue.Ladder, new(
            View(q), View(k), View(v), View(dy), View(logSum), View(delta), View(dk), View(dv), shape));
}
