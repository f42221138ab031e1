using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void Attention(
        Tensor q, Tensor k, Tensor v, in AttentionShape shape, Tensor y, Tensor logSum) => ShareGroups(
        new AttentionRange<T>(View(q), View(k), View(v), shape, View(y), View(logSum)),
        shape.Count, shape.T, (long)shape.S * (shape.D + shape.Dv));

    public void AttentionDelta(Tensor y, Tensor dy, Tensor dLogSum, Tensor delta) => Sum(
        new AttentionDeltaSum<T>(View(y), View(dy), View(dLogSum), View(delta)), y.Rows, y.Cols, Cheap);

    public void AttentionGradQuery(
        Tensor q, Tensor k, Tensor v, Tensor dy, Tensor logSum, Tensor delta, in AttentionShape shape,
        Tensor dq) => ShareGroups(
        new AttentionGradQueryRange<T>(Trace(q, k, v, dy, logSum, delta, shape), View(dq)),
        shape.Count, shape.T, (long)shape.S * (2 * shape.D + shape.Dv));

    public void AttentionGradKeyValue(
        Tensor q, Tensor k, Tensor v, Tensor dy, Tensor logSum, Tensor delta, in AttentionShape shape,
        Tensor dk, Tensor dv) => ShareGroups(
        new AttentionGradKeyValueRange<T>(Trace(q, k, v, dy, logSum, delta, shape), View(dk), View(dv)),
        shape.Count, shape.S, 2L * shape.T * (shape.D + shape.Dv));

    AttentionTrace Trace(
        Tensor q, Tensor k, Tensor v, Tensor dy, Tensor logSum, Tensor delta, in AttentionShape shape) =>
        new(View(q), View(k), View(v), View(dy), View(logSum), View(delta), shape);

    /// <summary>Groups of rows of one problem each.</summary>
    void ShareGroups<TRange>(TRange range, int problems, int rows, long workPerRow)
        where TRange : unmanaged, IRowRange
    {
        var size = AttentionLanes<T>.Group;
        Share(range, problems * AttentionGroup.PerProblem(rows, size), size * workPerRow);
    }
}
